"""The study's results, ours, and why they differ; each sentence follows from the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.statistics import Estimate
from autograder.study import sigmoid
from autograder.study.summary import Summary, overfitting_gap, paired_difference

PAPER_AUC = {"sigmoid": 0.91, "tanh": 0.976, "elu": 0.996}
PAPER_PROTOCOL = {"epochs": 100, "steps_per_epoch": 94, "validation_steps": 25, "batch_size": 64}
VGG16_WIDTH, VGG16_DENSE_UNITS = 1.0, 4096  # of Simonyan and Zisserman (2015), arXiv:1409.1556
SIGNED = "+.4f"


@dataclass(frozen=True)
class Finding:
    """A row of the table: its topic, the study's result, ours, and what differs and why."""

    topic: str
    paper: str
    ours: str
    why: str


def findings(summaries: Sequence[Summary], study: Mapping[str, Any]) -> list[Finding]:
    """The rows for which there are runs.

    Args:
        summaries: of all experiments that were run.
        study: ``protocol`` and ``data``, as ``read_study`` returns them.
    """
    by_id = {summary.experiment.id: summary for summary in summaries}
    ceiling = auc_ceiling(study["data"])
    rows = [_images(study, ceiling), _protocol(summaries, study["protocol"])]
    kernels = sorted(group(summaries, "kernel"), key=lambda summary: summary.experiment.kernel_size)
    if len(kernels) > 1:
        rows.append(_kernels(kernels[0], kernels[-1]))
    if tried := group(summaries, "sigmoid"):
        rows.append(_sigmoid(by_id.get("sigmoid"), tried, study["protocol"]["epochs"]))
    if "tanh" in by_id:
        rows.append(_activation(by_id["tanh"], "tanh", ceiling, ""))
    if "elu" in by_id:
        order = _order(by_id["elu"], by_id["tanh"]) if "tanh" in by_id else ""
        rows.append(_activation(by_id["elu"], "ELU", ceiling, order))
    if "relu" in by_id:
        rows.append(_relu(by_id["relu"]))
    return rows


def group(summaries: Sequence[Summary], name: str) -> list[Summary]:
    """The summaries of one comparison: "kernel", "activation" or "sigmoid"."""
    return [summary for summary in summaries if name in summary.experiment.group]


def auc_ceiling(data: Mapping[str, Any]) -> float | None:
    """The AUC of an observer who knows each image's severity: P(severity of abnormal > severity of normal).

    A network sees only the image, which depends on the label only through the severity.  So it cannot do better (except
    by chance, for the images of one test split), as long as a higher severity makes "abnormal" more likely.

    Args:
        data: recipe of the images, ``severity`` being {"normal": (a, b), "abnormal": (a, b)} of beta distributions.

    Returns:
        float in [0, 1]; None if the severities are not known, as with imported images.
    """
    from scipy import stats

    if "severity" not in data:
        return None
    normal, abnormal = (stats.beta(*data["severity"][name]) for name in ("normal", "abnormal"))
    return float(abnormal.expect(normal.cdf))


def _images(study: Mapping[str, Any], ceiling: float | None) -> Finding:
    data, size = study["data"], study["protocol"]["size"]
    paper = "Chest X-rays synthesised by a GAN from data of Asan Medical Center (figure 2)."
    if ceiling is None:
        why = "The study's images cannot be had. What AUC the images used here allow is not known."
        return Finding("images", paper, f"Imported images, {size} x {size} pixels.", why)
    counts = " + ".join(f"{2 * data['per_class'][split]:,}" for split in ("train", "validation", "test"))
    betas = {name: "Beta({:g}, {:g})".format(*pair) for name, pair in data["severity"].items()}
    return Finding(
        "images",
        paper,
        f"Training + validation + test: {counts} images of {size} x {size} pixels, half of them abnormal, from this "
        "package's own generator.",
        f"The study's images cannot be had. Ours are drawn with severities that overlap, {betas['normal']} for normal "
        f"and {betas['abnormal']} for abnormal ones: an observer who knew the severity of every image would reach an "
        f"AUC of {ceiling:.3f}, and no network can be expected to do better.",
    )


def _protocol(summaries: Sequence[Summary], protocol: Mapping[str, Any]) -> Finding:
    sizes = sorted({summary.parameters for summary in summaries})
    parameters = " to ".join(f"{size:,}" for size in dict.fromkeys((sizes[0], sizes[-1])))
    names = {"epochs": "epochs", "steps_per_epoch": "steps an epoch", "validation_steps": "validation steps",
             "batch_size": "images a batch"}  # fmt: skip
    differing = [
        f"{protocol[key]} {name} in place of {PAPER_PROTOCOL[key]}"
        for key, name in names.items()
        if protocol[key] != PAPER_PROTOCOL[key]
    ]
    if protocol["width"] != VGG16_WIDTH:
        differing.append(f"{protocol['width']:g} of VGG-16's filters")
    if protocol["dense_units"] != VGG16_DENSE_UNITS:
        differing.append(f"{protocol['dense_units']} units in its dense layers in place of {VGG16_DENSE_UNITS}")
    why = f"Differs: {'; '.join(differing)}; profile and options decide." if differing else "The numbers are the same."
    return Finding(
        "network and protocol",
        "VGG-16 in Keras, built and fine-tuned; "
        + ", ".join(f"{PAPER_PROTOCOL[key]} {name}" for key, name in names.items())
        + ".",
        f"VGG-16 with {parameters} parameters, from random initial weights; "
        + ", ".join(f"{protocol[key]} {name}" for key, name in names.items())
        + ".",
        f"{why} What the study's weights were before training is not known to us.",
    )


def _kernels(small: Summary, large: Summary) -> Finding:
    names = [f"{summary.experiment.kernel_size}x{summary.experiment.kernel_size}" for summary in (small, large)]
    ours = "; ".join(
        f"{name}: AUC {summary.auc.text()}, last validation loss {summary.val_loss:.3f}, gap {summary.gap:+.3f}"
        for name, summary in zip(names, (small, large), strict=True)
    )
    parts = []
    compared = {"AUC": lambda run: run.auc, "last validation loss": lambda run: run.val_loss[-1],
                "overfitting gap": overfitting_gap}  # fmt: skip
    for what, value in compared.items():
        if difference := paired_difference(large, small, value):
            parts.append(f"{what}: {difference.text(SIGNED)}, {_verdict(difference, f'higher with {names[1]}')}")
    sentences = [f"{names[1]} minus {names[0]}, seed by seed: {'; '.join(parts)}."] if parts else []
    sentences.append(f"{names[1]} has {large.parameters / small.parameters:.1f} times as many parameters.")
    sentences += [_not_all(summary, name) for name, summary in zip(names, (small, large), strict=True)]
    return Finding(
        f"kernels, {names[0]} and {names[1]}",
        "Training and validation loss (figure 3); no AUC that we know of.",
        f"{ours}.",
        _joined(sentences),
    )


def _activation(summary: Summary, name: str, ceiling: float | None, order: str) -> Finding:
    paper = PAPER_AUC[summary.experiment.id]
    sentences = [_not_all(summary, name), _against(summary.auc, paper)]
    if ceiling is None:
        sentences.append("The images are others.")
    elif paper > ceiling:
        sentences.append(f"{paper:g} is above the {ceiling:.3f} that our images allow.")
    else:
        sentences.append(f"Our images allow up to {ceiling:.3f}.")
    return Finding(name, f"AUC {paper:g} (figure 5).", _ours(summary), _joined([*sentences, order]))


def _against(ours: Estimate, paper: float) -> str:
    if ours.interval is None:
        return f"Ours is {ours.mean - paper:+.3f} from the study's, with one seed."
    low, high = ours.interval
    if low <= paper <= high:
        return "The study's value lies in our interval."
    return f"The study's value lies {'below' if low > paper else 'above'} our interval."


def _order(elu: Summary, tanh: Summary) -> str:
    difference = paired_difference(elu, tanh, lambda run: run.auc)
    if difference is None:
        return ""
    agrees = {1: " (so it is in the study)", -1: " (in the study ELU is higher)", 0: " (the study has ELU higher)"}
    verdict = _verdict(difference, "ELU is higher", "tanh is higher")
    return f"ELU minus tanh, seed by seed: {difference.text(SIGNED)}, {verdict}{agrees[difference.sign]}."


def _relu(summary: Summary) -> Finding:
    why = "Added here, since most networks of today use it."
    if summary.learned < len(summary.runs):
        why += (
            f" {_not_all(summary, 'ReLU')} A possible reason: ReLU drops half of the signal in every layer, for "
            "which Keras's default initial weights do not make up (He et al., 2015, arXiv:1502.01852)."
        )
    return Finding("ReLU", "Not in the study.", _ours(summary), why)


def _sigmoid(plain: Summary | None, tried: Sequence[Summary], epochs: int) -> Finding:
    ours = _joined([_ours(plain) if plain else "", sigmoid.outcomes(tried)])
    against = _against(plain.auc, PAPER_AUC["sigmoid"]) if plain else ""
    why = _joined([against, sigmoid.conclusion(tried), sigmoid.caveats(tried, epochs, PAPER_PROTOCOL["epochs"])])
    return Finding("sigmoid", f"AUC {PAPER_AUC['sigmoid']:g} (figure 5).", ours, why)


def _ours(summary: Summary) -> str:
    return f"AUC {summary.auc.text()}; {summary.learned_text} learned."


def _not_all(summary: Summary, name: str) -> str:
    failed = len(summary.runs) - summary.learned
    return f"{failed} of {len(summary.runs)} trainings with {name} led nowhere." if failed else ""


def _verdict(difference: Estimate, positive: str, negative: str | None = None) -> str:
    if difference.interval is None:
        return "which one seed cannot tell from chance"
    negative = negative or positive.replace("higher", "lower")
    return {1: positive, -1: negative, 0: "within the scatter over seeds"}[difference.sign]


def _joined(sentences: Sequence[str]) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
