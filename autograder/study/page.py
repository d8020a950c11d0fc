"""The page of a study: the study's results beside ours, the numbers, and the figures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from autograder.files import write_text
from autograder.study.findings import findings
from autograder.study.pictures import draw_pictures
from autograder.study.run import StudyInputs, read_study
from autograder.study.summary import GAP_EPOCHS, LEARNED_AUC, LEARNED_LOSS, Summary

PAGE_NAME = "index.html"
TEMPLATE = Path(__file__).with_name("page.html.j2")


def write_page(out: Path, inputs: StudyInputs, summaries: Sequence[Summary], command: str) -> None:
    """Writes ``index.html`` and the pictures that it shows.

    Args:
        out: folder of the study, with its ``study.json``.
        inputs: of the runs; the samples come from their data.
        summaries: of the experiments that were run, at least one.
        command: the command that makes the page again.
    """
    from jinja2 import Environment

    study = read_study(out)
    pictures = draw_pictures(out, inputs.data, summaries)
    page = Environment(autoescape=True, trim_blocks=True).from_string(TEMPLATE.read_text(encoding="utf-8"))
    text = page.render(
        study=study,
        summaries=summaries,
        seeds=sorted({run.seed for summary in summaries for run in summary.runs}),
        rates=sorted({summary.experiment.learning_rate for summary in summaries}),
        findings=findings(summaries, study),
        pictures=pictures,
        command=command,
        rule={"auc": LEARNED_AUC, "loss": LEARNED_LOSS, "gap_epochs": GAP_EPOCHS},
    )
    write_text(out / PAGE_NAME, text)
