"""``autograder data``: builds and checks the course's images, trains and measures their generator."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from autograder.cli.data_import import import_command, percentages
from autograder.cli.exit_codes import ExitCode
from autograder.cli.progress import progress_bar
from autograder.cli.say import say

if TYPE_CHECKING:
    from autograder.dataset.writer import BuildJob


@click.group(name="data")
def command() -> None:
    """Build, check and show the course's images; train their generator.

    \b
    Example:
      autograder data build --out data --sheet
    """


command.add_command(import_command)


@command.command()
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to make.")
@click.option("--per-class", default=10000, show_default=True, help="Images of each class, in all splits together.")
@click.option("--size", default=64, show_default=True, help="Height and width in pixels.")
@click.option("--seed", type=int, default=None, help="Another seed gives other images.  [default: the course's]")
@click.option("--split", default="60,20,20", show_default=True, callback=percentages,
              help="Percentages of train, validation and test.")  # fmt: skip
@click.option("--hidden-per-class", type=int, default=0,
              help="Also draw N images of each class for the grader (from the course's secret).")  # fmt: skip
@click.option("--format", "file_format", type=click.Choice(["npz", "npy"]), default="npz", show_default=True,
              help="One .npz for each split, or two .npy.")  # fmt: skip
@click.option("--png", is_flag=True, help="Write every image as a PNG file as well.")
@click.option("--sheet", is_flag=True, help="Add a contact sheet.")
@click.option("--generator", type=click.Path(path_type=Path, dir_okay=False, exists=True), default=None,
              help="Weights to use instead of the shipped ones.")  # fmt: skip
def build(out: Path, per_class: int, size: int, seed: int | None, split: tuple[float, ...], hidden_per_class: int,
          file_format: str, png: bool, sheet: bool, generator: Path | None) -> None:  # fmt: skip
    """Build the course's data set from the generator.

    After an interruption, the same command goes on; the result has the same bytes.

    \b
    Example:
      autograder data build --out data --per-class 1000 --sheet
    """
    from autograder.dataset import build as building
    from autograder.dataset.recipe import DEFAULT_SEED
    from autograder.dataset.sampler import GENERATOR_PATH

    weights = generator or GENERATOR_PATH
    job = building.public_job(
        size=size,
        per_class=per_class,
        seed=DEFAULT_SEED if seed is None else seed,
        percent=split,
        generator=weights,
        npz=file_format == "npz",
        png=png,
        sheet=sheet,
    )
    jobs = [(out, job)]
    if hidden_per_class:
        jobs.append(_hidden_job(out, size, hidden_per_class, weights))
    for folder, each in jobs:
        _build_one(folder, each)


def _hidden_job(out: Path, size: int, per_class: int, generator: Path) -> tuple[Path, BuildJob]:
    from autograder.dataset.build import hidden_job
    from autograder.workspace import find_workspace

    workspace = find_workspace()
    job = hidden_job(size=size, per_class=per_class, secret=workspace.secret, generator=generator)
    return workspace.hidden_part_of(out), job


def _build_one(folder: Path, job: BuildJob) -> None:
    from autograder.dataset.build import build_dataset

    started = time.monotonic()
    with progress_bar(f"images for {folder.name}", "interrupted; run the same command again to go on") as update:
        built = build_dataset(folder, job, progress=update)
    took = f"built in {time.monotonic() - started:.0f} s" if built else "is there already"
    say(f"{folder}: {job.recipe.images:,} images of {job.recipe.size} x {job.recipe.size} pixels, {took}")


@command.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def verify(folder: Path) -> None:
    """Check a copy of a data set; exit code 1 when it differs from its manifest.

    \b
    Example:
      autograder data verify data
    """
    from autograder.dataset.store import holds_dataset
    from autograder.dataset.verify import verify_dataset

    folder = holds_dataset(folder) or folder
    differences = verify_dataset(folder)
    for line in differences:
        say(line)
    if differences:
        say(f"{folder}: {len(differences)} difference(s) from its manifest; copy it again, or remove and rebuild it")
        raise SystemExit(ExitCode.NOT_REACHED)
    say(f"{folder}: every file is as its manifest says")


@command.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="PNG file to write.")
@click.option("--split", default=None, help="Which split to show.  [default: the first, train]")
@click.option("--per-class", type=click.IntRange(1, 512), default=32, show_default=True, help="Images of each class.")
def sheet(folder: Path, out: Path, split: str | None, per_class: int) -> None:
    """Write a contact sheet: the first images of each class, normal above abnormal.

    \b
    Example:
      autograder data sheet data --out sheet.png
    """
    from autograder.dataset.png import class_sheet, write_png
    from autograder.dataset.store import find_dataset, load_split, read_manifest
    from autograder.errors import UsageError

    if out.suffix.lower() != ".png":
        raise UsageError(
            f"wanted a name that ends with .png for --out, got {out}; use for example {out.with_suffix('.png')}"
        )
    split = split or next(iter(read_manifest(find_dataset(folder)).per_class))
    images, labels = load_split(split, folder)
    write_png(class_sheet(images, labels, per_class), out)
    shown = [min(per_class, int((labels == label).sum())) for label in (0, 1)]
    say(f"{out}: the first {shown[0]} normal images of {split}, and below them the first {shown[1]} abnormal ones")


@command.command("train-gan")
@click.option("--images", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=True,
              help="Real images: an .npz with images, labels and patient.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder of the run.")
@click.option("--resume", is_flag=True, help="Go on with the run in --out.")
@click.option("--steps", type=click.IntRange(1), default=20000, show_default=True, help="Train up to this step.")
@click.option("--size", type=click.Choice(["16", "32", "64", "128"]), default="64", show_default=True,
              help="Height and width in pixels.")  # fmt: skip
@click.option("--start-from", type=click.Path(path_type=Path, exists=True), default=None,
              help="A run's folder (of half the size, say) or a generator's file: begin with its weights.")  # fmt: skip
@click.option("--save-every", type=click.IntRange(1), default=500, show_default=True,
              help="Steps between checkpoints; each is scored, and the best generator kept.")  # fmt: skip
def train_gan(
    images: Path, out: Path, resume: bool, steps: int, size: str, start_from: Path | None, save_every: int
) -> None:
    """Train the generator on real images (hours; --resume goes on after an interruption).

    Weights, sheets of samples and log.csv appear in the folder at intervals. best.npz is the generator with the
    best score so far: the smallest kernel distance to the held-out fifth of the patients.

    \b
    Example:
      autograder data train-gan --images xrays.npz --out run --steps 20000
    """
    from autograder.errors import UsageError
    from autograder.tensorflow_start import import_tensorflow

    if resume and start_from:
        raise UsageError("--resume goes on with the run in --out, --start-from begins a new one: leave one of them out")
    import_tensorflow(gpu=True)  # before the modules that need it, since it keeps them quiet
    from autograder.generator import GanSettings, GanTrainer

    trainer = GanTrainer(images, out, GanSettings(size=int(size)), resume=resume, start_from=start_from)
    hint = f"interrupted; the state is saved in {out}, --resume goes on"
    with progress_bar("training", hint) as update:
        update(trainer.step, steps)
        trainer.train(
            steps,
            report_every=min(100, steps),
            save_every=save_every,
            report=lambda row: _report(row, steps, update),
        )
    say(f"{out}: trained to step {trainer.step}; best.npz is from step {trainer.best_step}")


def _report(row: Mapping[str, object], steps: int, update: Callable[[int, int], None]) -> None:
    update(int(str(row["step"])), steps)
    say("  ".join(f"{name} {value}" for name, value in row.items()), err=True)


@command.command()
@click.option("--images", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=True,
              help="Real images: an .npz with images, labels and patient.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True,
              help="Folder for measurements.json, the page and its pictures.")  # fmt: skip
@click.option("--generator", type=click.Path(path_type=Path, dir_okay=False, exists=True), default=None,
              help="Weights to measure instead of the shipped ones.")  # fmt: skip
@click.option("--profile", default="cpu", show_default=True, help="Sizes and protocol of the trainings.")
@click.option("--seeds", type=click.IntRange(1), default=3, show_default=True, help="Trainings of each kind.")
def measure(images: Path, out: Path, generator: Path | None, profile: str, seeds: int) -> None:
    """Measure the generator's images against real ones: usefulness, variety, privacy.

    After an interruption, the same command goes on. Exit code 1 when a goal is missed. Run it in a clone of the
    repository, whose reference VGG-16 it trains.

    \b
    Example:
      autograder data measure --images xrays.npz --out measured
    """
    from autograder.errors import UsageError
    from autograder.tensorflow_start import import_tensorflow
    from autograder.workspace import find_workspace

    workspace = find_workspace()
    profiles = workspace.course().profiles
    if profile not in profiles:
        raise UsageError(f"there is no profile {profile!r}; course.toml has: {', '.join(profiles)}")
    import_tensorflow(gpu=True)  # before the modules that need it, since it keeps them quiet
    from autograder.dataset.sampler import GENERATOR_PATH
    from autograder.generator.goals import goals, memorisation
    from autograder.generator.measurement import Effort, MeasurementInputs
    from autograder.generator.measurement import measure as take

    reference = workspace.reference("training.py")
    inputs = MeasurementInputs(generator or GENERATOR_PATH, images, profiles[profile], reference, Effort(seeds=seeds))
    with progress_bar("measuring", f"interrupted; the same command goes on with what {out} holds") as update:
        results = take(inputs, out, update)
    judged = goals(results.usefulness, results.fidelity, results.privacy)
    for goal in judged:
        say(f"{'reached' if goal.reached else 'MISSED '}  {goal.measured:.3f}  {goal.name} (wanted: {goal.wanted})")
    say(memorisation(results.privacy))
    say(f"{out / 'index.html'} has all of it; it shows real training images")
    if not all(goal.reached for goal in judged):
        raise SystemExit(ExitCode.NOT_REACHED)
