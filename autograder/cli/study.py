"""``autograder study``: the case study's experiments, run again."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.progress import progress_bar
from autograder.cli.say import say

if TYPE_CHECKING:
    from rich.table import Table

    from autograder.study.summary import Summary


@click.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="Folder for the runs, the figures and the page.")  # fmt: skip
@click.option("--profile", default="cpu", show_default=True, help="Sizes and protocol of the trainings.")
@click.option("--epochs", type=click.IntRange(1), help="Epochs of each training; the profile's by default.")
@click.option("--seeds", type=click.IntRange(1), default=3, show_default=True, help="Trainings of each network.")
@click.option("--only", multiple=True, metavar="ID", help="Run only this experiment; can be given several times.")
def command(out: Path, profile: str, epochs: int | None, seeds: int, only: tuple[str, ...]) -> None:
    """Run the case study's experiments: kernels, activations, and why the sigmoid does not train.

    Draws the study's figures and writes a page with the study's results, ours, and why they differ. After an
    interruption, the same command goes on; with more --seeds it adds to the runs that exist.

    \b
    Example:
      autograder study --out study --seeds 3
    """
    from dataclasses import replace

    from autograder.dataset.build import ensure_dataset
    from autograder.errors import UsageError
    from autograder.reports.terminal import Terminal
    from autograder.tensorflow_start import import_tensorflow
    from autograder.workspace import find_workspace

    workspace = find_workspace()
    profiles = workspace.course().profiles
    if profile not in profiles:
        raise UsageError(f"there is no profile {profile!r}; course.toml has: {', '.join(profiles)}")
    chosen = replace(profiles[profile], epochs=epochs or profiles[profile].epochs)
    import_tensorflow(gpu=True)  # before the modules that need it, since it keeps them quiet
    from autograder.study.page import write_page
    from autograder.study.run import StudyInputs, run_study
    from autograder.study.summary import summarise

    study = workspace.reference("study.py")
    known = [experiment.id for experiment in study.EXPERIMENTS]
    if unknown := sorted(set(only) - set(known)):
        raise UsageError(f"there is no experiment {', '.join(unknown)}; study.py has: {', '.join(known)}")
    experiments = [experiment for experiment in study.EXPERIMENTS if not only or experiment.id in only]
    with progress_bar("images", "interrupted; the same command goes on") as update:
        data = ensure_dataset(
            workspace.data_dir(profile), size=chosen.size, per_class=chosen.per_class, progress=update
        )
    inputs = StudyInputs(study, workspace.reference("training.py"), chosen, data)
    with progress_bar("training", f"interrupted; the same command goes on with what {out} holds") as update:
        runs = run_study(inputs, out, experiments, seeds, update)
    summaries = summarise(experiments, runs)
    write_page(out, inputs, summaries, _call(out, profile, chosen.epochs, seeds, only))
    Terminal().print(_results_table(summaries))
    say(f"{out / 'index.html'} has all of it")


def _call(out: Path, profile: str, epochs: int, seeds: int, only: Sequence[str]) -> str:
    """The command line that makes the page again, without this machine's folders."""
    words = ["autograder", "study", "--out", out.resolve().name, "--profile", profile]
    words += ["--epochs", str(epochs), "--seeds", str(seeds), *(word for id in only for word in ("--only", id))]
    return shlex.join(words)


def _results_table(summaries: Sequence[Summary]) -> Table:
    """A line for each experiment, for the terminal."""
    from rich.table import Table

    table = Table(title="The case study's experiments, run again", title_justify="left")
    columns = ("network", "mean AUC, 95 % interval", "learned", "val_loss", "gap", "s/epoch")  # 80 characters hold them
    for column in columns:
        table.add_column(column, justify="left" if column == "network" else "right")
    for summary in summaries:
        table.add_row(
            summary.title,
            summary.auc.text(),
            f"{summary.learned} of {len(summary.runs)}",
            f"{summary.val_loss:.3f}",
            f"{summary.gap:+.3f}",
            f"{summary.seconds_per_epoch:.1f}",
        )
    return table
