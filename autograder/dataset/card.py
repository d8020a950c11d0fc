"""The data card: what generated images are, where they come from, and what they cannot show."""

from __future__ import annotations

from autograder.dataset.recipe import Recipe

_CARD = """\
# Data card: synthetic chest X-rays

{images:,} grey images of {size} x {size} pixels, all of them generated; no image shows a patient.
They were made by `cxr-autograder` from the recipe in `manifest.json`, which also lists every file with its SHA-256
(`autograder data verify FOLDER` checks a copy).

| split | normal (0) | abnormal (1) |
|---|---|---|
{rows}

## Origin

A class-conditional generative adversarial network (file hash `{generator}`) drew the images. It was trained on frontal
chest radiographs from

> D. Kermany, K. Zhang, M. Goldbaum (2018), "Labeled Optical Coherence Tomography (OCT) and Chest X-Ray Images for
> Classification", Mendeley Data, V2, doi:10.17632/rscbjbr9sj.2, licence CC BY 4.0; described in Kermany et al. (2018),
> Cell 172(5), doi:10.1016/j.cell.2018.02.010. Changed: converted to grey, resized to a square, duplicates removed.

The generated images may be used under CC BY 4.0 as well (https://creativecommons.org/licenses/by/4.0/), with that
attribution.

## How an image gets its label

The label comes first. The generator is then asked for a severity between 0 (normal) and 1 (florid pneumonia), drawn
from Beta{normal} for normal and Beta{abnormal} for abnormal images. The two overlap: some images
are borderline, and no classifier can label all of them correctly.

## Limits

* **Not for diagnosis**, nor for any other medical purpose, nor as evidence that a model works on patients.
* Children of one to five years from one hospital; one disease family (pneumonia). Adults, other findings and other
  machines do not occur.
* "Abnormal" means pneumonia as the source's readers called it.
* **Prevalence is a setting** (here one half); it is that of no clinic. Predictive values computed on these images do
  not carry over to any.
* A generator smooths, exaggerates and leaves out: rare appearances are missing, and fine detail is not to be trusted.
* The source's images were squeezed to squares, and its classes differ in proportions and contrast as well as in
  disease; a classifier can profit from that.
"""


def data_card(recipe: Recipe) -> str:
    """The card of a data set, as markdown."""
    rows = "\n".join(f"| {name} | {count:,} | {count:,} |" for name, count in recipe.per_class.items())
    return _CARD.format(
        images=recipe.images,
        size=recipe.size,
        rows=rows,
        generator=recipe.generator_sha256[:16],
        normal=tuple(recipe.severity.normal),
        abnormal=tuple(recipe.severity.abnormal),
    )
