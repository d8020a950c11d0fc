"""The page shows what there is, whole, escaped, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from autograder.errors import UsageError
from autograder.study.page import write_page
from autograder.study.run import run_study
from autograder.study.summary import summarise
from tests.study.conftest import EXPERIMENTS, FakeStudy, failed, made_up

COMMAND = "autograder study --out study --profile tiny --epochs 2 --seeds 2"
MAX_PNG_BYTES = 100_000


@pytest.fixture
def write(make_inputs, tmp_path):
    """A factory of pages, ``write(experiments)``: runs them with two seeds, and returns the folder and the page."""

    def make(experiments=EXPERIMENTS, change=lambda runs: runs, command=COMMAND, seeds=2):
        out = tmp_path / "out"
        inputs = make_inputs(FakeStudy())
        runs = change(run_study(inputs, out, experiments, seeds))
        write_page(out, inputs, summarise(experiments, runs), command)
        return out, (out / "index.html").read_text(encoding="utf-8")

    return make


def test_a_whole_study(write):
    """Every figure is there, drawn, small, and described; every experiment and seed is in the table."""
    out, page = write()
    shown = re.findall(r'<img src="([^"]+)" alt="([^"]+)">', page)
    assert [file for file, _ in shown] == [
        "samples.png", "loss_kernel.png", "loss_activation.png", "roc.png", "sigmoid.png"
    ]  # fmt: skip
    for file, alt in shown:
        assert len(alt) > 20 and (out / file).stat().st_size < MAX_PNG_BYTES
        assert np.ptp(np.asarray(Image.open(out / file).convert("L"))) > 100, f"{file} is blank"
    for experiment in EXPERIMENTS:
        assert experiment.title in page
    assert COMMAND in page and "Beta(1, 4)" in page and page.count("<figcaption>") == 5
    assert "t is 12.7 for two" in page
    assert not list(out.rglob("*.part"))


@pytest.mark.parametrize(
    ("id", "files"),
    [("elu_7x7", ["samples", "loss_kernel"]), ("relu", ["samples", "loss_activation", "roc"]),
     ("sigmoid_gain", ["samples", "sigmoid"])],
)  # fmt: skip
def test_a_part_of_a_study(write, id, files):
    """Only the figures and rows that there are runs for."""
    out, page = write([experiment for experiment in EXPERIMENTS if experiment.id == id])
    assert re.findall(r'<img src="(\w+).png"', page) == files
    assert sorted(path.stem for path in out.glob("*.png")) == sorted(files)
    for experiment in EXPERIMENTS:
        assert (experiment.title in page) == (experiment.id == id)


def test_one_seed_has_no_interval(write):
    """The page says so instead of explaining intervals."""
    _, page = write(EXPERIMENTS[:1], seeds=1)
    assert "there is no interval" in page and "t is 12.7" not in page


def test_seeds_that_did_not_learn_are_drawn_apart(write):
    """Their mean with the others would be a curve that no network had."""

    def change(runs):
        return [failed("relu", 1) if (run.experiment, run.seed) == ("relu", 1) else run for run in runs]

    _, page = write([experiment for experiment in EXPERIMENTS if experiment.id == "relu"], change)
    assert "ReLU, 3x3 (1 of 2 seeds, learned)" in page and "ReLU, 3x3 (1 of 2 seeds, did not learn): 0.500" in page
    assert re.search(r'class="n no">1 of 2', page)


def test_a_missing_seed_leaves_a_gap(write):
    """With a dash in its place."""
    kernels = [experiment for experiment in EXPERIMENTS if "kernel" in experiment.group]
    _, page = write(kernels, lambda runs: [run for run in runs if (run.experiment, run.seed) != ("elu_7x7", 1)])
    row = page.partition('<tr><th scope="row">ELU, 7x7')[2].partition("<tr>")[0]
    assert row.count("–") == 1


def test_what_the_page_is_given_is_escaped(write):
    """Titles and the command are text."""
    strange = replace(EXPERIMENTS[0], title="<script>alert(1)</script>")
    _, page = write([strange], command="autograder study --out '<b>'")
    assert "<script" not in page and "&lt;script&gt;" in page and "<b>" not in page


def test_imported_images_have_no_recipe(make_inputs, make_data, tmp_path):
    """The protocol says that they are imported."""
    inputs = make_inputs(data=make_data({"source": "imported"}))
    runs = run_study(inputs, tmp_path / "out", EXPERIMENTS[:1], 1)
    write_page(tmp_path / "out", inputs, summarise(EXPERIMENTS, runs), COMMAND)
    page = (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
    assert "imported; manifest" in page and "Beta(" not in page and "generator" not in page


def test_a_page_that_cannot_be_written_leaves_the_last_one(write, make_inputs, tmp_path):
    """Without the images there is an error, and the page is what it was."""
    out, page = write(EXPERIMENTS[:1])
    inputs = replace(make_inputs(data=tmp_path / "data"), data=tmp_path / "nowhere")
    with pytest.raises(UsageError, match="does not hold a data set"):
        write_page(out, inputs, summarise(EXPERIMENTS, [made_up("elu")]), COMMAND)
    assert (out / "index.html").read_text(encoding="utf-8") == page
