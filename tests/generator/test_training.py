"""Training runs: resumable, with clear errors."""

from __future__ import annotations

import csv
import json
from dataclasses import replace

import numpy as np
import pytest

from autograder.dataset.weights import load_generator
from autograder.errors import UsageError
from autograder.generator.training import GanTrainer
from tests.generator.conftest import SETTINGS


@pytest.fixture(scope="module")
def run(real_images, tmp_path_factory):
    """A run of four steps, saved and scored at every second one."""
    out = tmp_path_factory.mktemp("run")
    trainer = GanTrainer(real_images, out, SETTINGS, resume=False)
    trainer.train(4, report_every=2, save_every=2)
    return trainer


@pytest.mark.slow
def test_a_resumed_run_has_the_state_of_the_interrupted_one(run, real_images):
    """Weights, optimisers and counters come back bit for bit."""
    resumed = GanTrainer(real_images, run.out, SETTINGS, resume=True)
    saved, restored = run.state(), resumed.state()
    assert saved.keys() == restored.keys() and len(saved) > 50
    for name, array in saved.items():
        np.testing.assert_array_equal(restored[name], array, err_msg=name)


def moved(trainer, start):
    """How the averaged generator's weights have moved since ``start``, as one vector."""
    names = [name for name in start if name.startswith("average.")]
    return np.concatenate([(trainer.state()[name] - start[name]).ravel() for name in names])


@pytest.mark.slow
def test_a_resumed_run_ends_like_an_uninterrupted_one(run, real_images, tmp_path):
    """Two steps, a stop, two more: the weights have moved the same way, other batches move them another way."""
    start = GanTrainer(real_images, tmp_path / "start", SETTINGS, resume=False).state()
    for resume, steps in ((False, 2), (True, 4)):
        resumed = GanTrainer(real_images, tmp_path / "resumed", SETTINGS, resume=resume)
        resumed.train(steps, report_every=2, save_every=2)
    assert (resumed.step, resumed.augmentation) == (4, pytest.approx(run.augmentation))
    other = GanTrainer(real_images, tmp_path / "other", SETTINGS, resume=False)
    other.step = 100  # batches, latents and augmentation are drawn by the step's number
    other.train(104, report_every=2, save_every=200)
    # Adam moves a weight by its learning rate even for the smallest gradient, and threads add up in any order: so
    # directions are compared, not weights.
    alike, unlike = (
        float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
        for a, b in ((moved(run, start), moved(each, start)) for each in (resumed, other))
    )
    assert alike > 0.95 > 0.5 > unlike


@pytest.mark.slow
def test_a_run_leaves_log_scores_sheets_and_the_best_generator(run):
    """Everything that the help promises is there, and best.npz is the generator of the smallest distance."""
    log = list(csv.DictReader((run.out / "log.csv").read_text().splitlines()))
    assert [row["step"] for row in log] == ["2", "4"]
    assert all(np.isfinite(float(value)) for row in log for value in row.values())
    rows = csv.DictReader((run.out / "scores.csv").read_text().splitlines())
    scores = {int(row["step"]): float(row["kernel_distance"]) for row in rows}
    assert set(scores) == {2, 4} and run.best_step == min(scores, key=lambda step: scores[step])
    _, settings = load_generator(run.out / "best.npz")
    assert settings["step"] == run.best_step and settings["size"] == 16
    assert sorted(path.name for path in (run.out / "sheets").iterdir()) == ["000002.png", "000004.png"]
    assert not list(run.out.glob("**/*.part"))


@pytest.mark.slow
def test_a_killed_run_leaves_no_line_twice(real_images, tmp_path):
    """What was logged after the last checkpoint is taken back, since it will be computed again."""
    GanTrainer(real_images, tmp_path, SETTINGS, resume=False).train(2, report_every=1, save_every=2)
    log = (tmp_path / "log.csv").read_text()
    (tmp_path / "log.csv").write_text(log + log.splitlines()[-1].replace("2,", "3,", 1) + "\n")
    GanTrainer(real_images, tmp_path, SETTINGS, resume=True)
    assert (tmp_path / "log.csv").read_text().split() == log.split()


@pytest.mark.slow
def test_both_networks_learn(run, real_images, tmp_path):
    """After four steps neither network is what it was at the beginning."""
    fresh = GanTrainer(real_images, tmp_path, SETTINGS, resume=False).state()
    for name in ("generator.image16.kernel", "discriminator.d4.kernel", "average.image16.kernel"):
        assert np.abs(run.state()[name] - fresh[name]).max() > 1e-5


@pytest.mark.slow
def test_a_run_starts_from_a_generator_whose_discriminator_learns_first(run, real_images, tmp_path):
    """The generator's file is taken over, and waits for the settings' number of steps."""
    start = run.out / "weights" / "generator_000004.npz"
    trainer = GanTrainer(real_images, tmp_path, SETTINGS, resume=False, start_from=start)
    before = trainer.state()
    np.testing.assert_allclose(before["generator.canvas.kernel"], run.state()["average.canvas.kernel"], atol=1e-3)
    trainer.train(SETTINGS.discriminator_first, report_every=1, save_every=100)
    np.testing.assert_array_equal(trainer.state()["generator.canvas.kernel"], before["generator.canvas.kernel"])
    assert np.abs(trainer.state()["discriminator.d4.kernel"] - before["discriminator.d4.kernel"]).max() > 1e-5
    trainer.train(SETTINGS.discriminator_first + 1, report_every=1, save_every=100)
    assert np.abs(trainer.state()["generator.canvas.kernel"] - before["generator.canvas.kernel"]).max() > 1e-5


@pytest.mark.slow
def test_a_larger_run_starts_from_a_smaller_one(run, real_images, tmp_path):
    """The weights that both sizes have are those of the smaller run."""
    trainer = GanTrainer(real_images, tmp_path, replace(SETTINGS, size=32), resume=False, start_from=run.out)
    for name in ("generator.g8_a.kernel", "discriminator.d8_a.kernel", "average.mapping_1.kernel"):
        np.testing.assert_array_equal(trainer.state()[name], run.state()[name])


@pytest.mark.slow
def test_held_out_patients_are_never_trained_on(run, real_images):
    """No batch holds an image of the fifth that serves the measurements."""
    from autograder.generator.real import load_real

    real = load_real(real_images, 16)
    unseen = {image.tobytes() for image in real.part(held_out=True)[0]}
    assert len(unseen) > 5
    for step in range(40):
        batch = run._batch(step)
        drawn = np.rint((batch["real"].numpy()[..., 0] + 1.0) * 127.5).astype(np.uint8)
        assert not unseen & {image.tobytes() for image in drawn}
        assert batch["labels"].numpy().mean() == 0.5


@pytest.mark.slow
def test_what_cannot_be_resumed_is_refused(run, real_images, tmp_path):
    """Another run's folder, other settings, nothing to resume, nothing to start from."""
    with pytest.raises(UsageError, match="--resume"):
        GanTrainer(real_images, run.out, SETTINGS, resume=False)
    with pytest.raises(UsageError, match="learning_rate"):
        GanTrainer(real_images, run.out, replace(SETTINGS, learning_rate=1.0), resume=True)
    with pytest.raises(UsageError, match="leave --resume out"):
        GanTrainer(real_images, tmp_path / "none", SETTINGS, resume=True)
    with pytest.raises(UsageError, match="cannot start from"):
        GanTrainer(real_images, tmp_path / "none", SETTINGS, resume=False, start_from=tmp_path)
    assert json.loads((run.out / "settings.json").read_text())["learning_rate"] == SETTINGS.learning_rate
