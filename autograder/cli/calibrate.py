"""``autograder calibrate``: sets the required AUC from measured runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from autograder.cli.exit_codes import ExitCode
from autograder.cli.progress import progress_bar
from autograder.cli.say import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.table import Table

    from autograder.calibration.pipelines import Candidate, Measured
    from autograder.calibration.steps import Calibration


@click.command()
@click.argument("assignment_id", metavar="ASSIGNMENT")
@click.option("--seeds", type=click.IntRange(3), default=10, show_default=True, help="Runs of the reference solution.")
@click.option("--other-seeds", type=click.IntRange(3), default=3, show_default=True,
              help="Runs of each other right and each faulty pipeline.")  # fmt: skip
@click.option("--profile", metavar="NAME", help="Training protocol (demo, cpu, gpu); the course's by default.")
@click.option("--gpus", metavar="N",
              help="Train on this GPU, or none; by default on the first, where the profile wants one.")  # fmt: skip
@click.option("--no-write", is_flag=True, help="Print only; leave course.toml as it is.")
def command(
    assignment_id: str, seeds: int, other_seeds: int, profile: str | None, gpus: str | None, no_write: bool
) -> int:
    """Train right and faulty pipelines, and set the AUC steps of course.toml from their results.

    A right pipeline, with the retry rule (another seed, the better of two runs), then fails by bad luck with a
    probability of at most 1 %, and no faulty one reaches full marks. The faulty ones, and right ones besides the
    reference, are in the assignment's folder pipelines/; add your own. After an interruption, the same command goes
    on. Exit code 1 when right and faulty pipelines cannot be told apart; course.toml then stays as it is.

    \b
    Example:
      autograder calibrate training --seeds 10
    """
    import os

    from autograder.config import load_course
    from autograder.dataset.course import CourseData
    from autograder.errors import UsageError
    from autograder.sandbox.devices import GpuRequest, grant
    from autograder.tensorflow_start import import_tensorflow
    from autograder.workspace import find_workspace

    workspace = find_workspace()
    if workspace.course_dir is None:  # a checkout grades with the profile demo; calibrate the course's own profile
        profile = profile or load_course(workspace.assignments_dir).profile
    workspace = find_workspace(profile=profile)
    assignment, course = workspace.assignment(assignment_id), workspace.course()
    if not assignment.trains:
        raise UsageError(f"{assignment_id} has no item with a training run; nothing to calibrate")
    if not assignment.network:
        raise UsageError(f"{assignment_id}: assignment.toml lacks `network`, the reference file with architecture()")
    leases = grant(GpuRequest(gpus), course.active_profile, slots=1)
    os.environ.update(leases[0].environment if leases else ())
    import_tensorflow(gpu=bool(leases))  # before the modules that need it, since it keeps them quiet
    from autograder.calibration.pipelines import candidates, measure
    from autograder.calibration.settings import write_thresholds
    from autograder.calibration.steps import calibrate

    data = CourseData(workspace)
    data.build()
    reference = (workspace.reference_dir / assignment.reference).read_text(encoding="utf-8")
    chosen = candidates(assignment.folder, reference, seeds, other_seeds)
    folder = workspace.calibration_dir(course.profile)
    architecture = workspace.reference(assignment.network).architecture()
    with progress_bar("training", "interrupted; the same command goes on") as update:
        results = measure(chosen, architecture, data, course.active_profile, folder, data.identity(), update)
    calibration = calibrate(chosen, results)
    _print(chosen, results, calibration, course.profile)
    if not calibration.steps:
        return ExitCode.NOT_REACHED
    path = workspace.course_settings
    if no_write:
        say(f"{path} is unchanged (--no-write)")
        return ExitCode.OK
    reached = calibration.scatters["reference"]
    note = f"autograder calibrate {assignment_id} --profile {course.profile} --seeds {reached.seeds}"
    write_thresholds(path, course.profile, calibration, note)
    say(f"{path}: written to [profiles.{course.profile}]")
    return ExitCode.OK


def _print(
    chosen: Sequence[Candidate], results: Mapping[str, Sequence[Measured]], calibration: Calibration, profile: str
) -> None:
    from autograder.reports.terminal import Terminal

    console = Terminal()
    console.print(_table(chosen, results, calibration, profile))
    for line in _explanation(chosen, calibration):
        console.print(line)


def _table(
    chosen: Sequence[Candidate], results: Mapping[str, Sequence[Measured]], calibration: Calibration, profile: str
) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, title=f"AUC on the hidden split, profile {profile}", title_justify="left")
    for column in ("pipeline", "runs", "least", "mean", "most", "bound", "full marks", "s"):
        table.add_column(column, justify="left" if column == "pipeline" else "right", no_wrap=True)
    for right in (True, False):
        table.add_row("right" if right else "faulty", style="bold")
        for candidate in chosen:
            if candidate.right is right:
                bound = f"{calibration.scatters[candidate.id].bound:.3f}" if right else ""
                table.add_row(f" {candidate.title}", *_numbers(results[candidate.id], bound, calibration))
        table.add_section()
    return table


def _numbers(runs: Sequence[Measured], bound: str, calibration: Calibration) -> list[str]:
    aucs = [run.auc for run in runs if run.auc is not None]
    values = [f"{value:.3f}" for value in (min(aucs), sum(aucs) / len(aucs), max(aucs))] if aucs else ["NaN"] * 3
    full = ""
    if calibration.steps:
        mark = "*" if any(map(calibration.stops, runs)) else ""
        full = f"{sum(map(calibration.reaches, runs))} of {len(runs)}{mark}"
    return [str(len(runs)), *values, bound, full, f"{sum(run.seconds for run in runs) / len(runs):.0f}"]


def _explanation(chosen: Sequence[Candidate], calibration: Calibration) -> list[str]:
    from dataclasses import asdict

    from autograder.calibration.steps import CHANCE_TO_FAIL, CONFIDENCE
    from autograder.grading.training.verdict import RUNS

    seeds = calibration.scatters["reference"].seeds
    lines = [
        f"bound: an AUC that {RUNS} runs both miss with a chance of at most {CHANCE_TO_FAIL:.0%}, at a confidence of "
        f"{CONFIDENCE:.0%}, if logit(AUC) is normal over seeds; whatever the course's secret.",
        f"Without that model, {seeds} runs that all reach a step bound the chance that one misses it only by "
        f"{1 - (1 - CONFIDENCE) ** (1 / seeds):.0%}.",
        "*: training ended while the validation loss was still falling, or the losses that were reported are not those "
        "of the weights, which bars a run from full marks.",
    ]
    if not calibration.steps:
        return [
            *lines,
            f"Right and faulty pipelines cannot be told apart: the bound is {calibration.bound:.3f}, "
            f"the best faulty run has {calibration.best_fault:.3f}.",
            *_faults(chosen, calibration),
            "Lengthen the protocol, train with more seeds (--other-seeds), or look at the faulty pipeline that comes "
            "so far.",
        ]
    for candidate in chosen:
        if candidate.right:
            chance = calibration.scatters[candidate.id].chance_to_fail(calibration.full)
            limit = f"at most {chance:.1g}" if chance > 1e-6 else "less than one in a million"
            lines.append(
                f"{candidate.title}: {RUNS} runs both miss {calibration.full:.2f} with a chance of {limit} "
                "(same model and confidence, this hidden split)."
            )
    lines += _faults(chosen, calibration)
    steps = ", ".join(f"{step.credit:.0%} from {step.auc:.2f}" for step in reversed(calibration.steps))
    bounds = ", ".join(f"{name} {value:g}" for name, value in asdict(calibration.bounds).items())
    lines.append(f"AUC steps: {steps}; bounds: {bounds}")
    return lines


def _faults(chosen: Sequence[Candidate], calibration: Calibration) -> list[str]:
    """How seldom each faulty pipeline reaches full marks."""

    return [
        f"{candidate.title}: earns full marks with a chance of at most "
        f"{max(calibration.chances[candidate.id], 1e-6):.1g}."
        for candidate in chosen
        if not candidate.right
    ]
