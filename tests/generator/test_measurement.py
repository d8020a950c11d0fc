"""A whole measurement in small: resumable, complete, and judged by the goals."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import keras
import numpy as np
import pytest
from click.testing import CliRunner

from autograder.cli.data import command
from autograder.config import load_course
from autograder.dataset.generator_network import build_generator
from autograder.dataset.weights import save_generator
from autograder.errors import UsageError
from autograder.generator.goals import goals
from autograder.generator.measurement import Effort, MeasurementInputs, measure

REPOSITORY = Path(__file__).parents[2]


class Reference:
    """Stands for ``reference_solution/training.py``: a linear network, trained for a moment."""

    trainings = 0

    def make_dataset(self, images, labels, batch_size, training, seed):
        """Batches without end."""
        import tensorflow as tf

        x = images[..., None].astype("float32") / 255.0
        data = tf.data.Dataset.from_tensor_slices((x, labels.astype("float32")))
        return data.repeat().batch(batch_size)

    def build_and_compile(self, input_shape, width, dense_units):
        """Logistic regression on pixels."""
        import keras

        model = keras.Sequential(
            [keras.Input(input_shape), keras.layers.Flatten(), keras.layers.Dense(1, activation="sigmoid")]
        )
        model.compile(keras.optimizers.Adam(0.003), "binary_crossentropy")
        return model

    def train(self, model, train_data, validation_data, protocol):
        """Twenty steps."""
        Reference.trainings += 1
        model.fit(train_data, epochs=1, steps_per_epoch=20, verbose=0, shuffle=False)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """Real images of 32 x 32 pixels, an untrained generator, the demo's profile made small."""
    from dataclasses import replace

    folder = tmp_path_factory.mktemp("measure")
    rng = np.random.default_rng(0)
    labels = np.arange(200) % 2
    images = rng.integers(0, 156, (200, 32, 32)) + 99 * labels[:, None, None]
    patients = np.array([f"p{n}" for n in range(200)])
    np.savez(folder / "real.npz", images=images.astype(np.uint8), labels=labels, patient=patients)
    keras.utils.set_random_seed(0)
    save_generator(build_generator(32, 8), folder / "g.npz", settings={"size": 32, "base": 8})
    profile = load_course(REPOSITORY / "assignments").profiles["demo"]
    profile = replace(profile, size=32, per_class=60, batch_size=8)
    return MeasurementInputs(folder / "g.npz", folder / "real.npz", profile, Reference(), Effort(2, 5, 6))


@pytest.fixture(scope="module")
def measured(inputs, tmp_path_factory):
    """The folder of a finished measurement, its results and what progress said."""
    out = tmp_path_factory.mktemp("out")
    seen: list[tuple[int, int]] = []
    return out, measure(inputs, out, lambda done, total: seen.append((done, total))), seen


@pytest.mark.slow
def test_everything_that_was_asked_is_measured(measured):
    """Numbers, page and pictures are there; the numbers are finite and the JSON holds what was returned."""
    out, results, _ = measured
    assert json.loads((out / "measurements.json").read_text()) == json.loads(json.dumps(asdict(results)))
    for kind in ("synthetic_to_real", "real_to_real", "synthetic_to_synthetic"):
        runs = getattr(results.usefulness, kind).runs
        assert len(runs) == 2 and all(0.0 <= r.low <= r.value <= r.high <= 1.0 for r in runs)
    assert results.usefulness.real_to_real.mean > 0.9  # brightness gives the class away
    assert len(results.privacy.closest) == 24
    assert sum(results.real_images.training) + sum(results.real_images.held_out) == 200
    judged = goals(results.usefulness, results.fidelity, results.privacy)
    assert len(judged) == 5 and all(np.isfinite(goal.measured) for goal in judged)
    page = (out / "index.html").read_text(encoding="utf-8")
    for name in ("sheet.png", "severity.png", "closest.png", "roc.png"):
        assert name in page and (out / name).stat().st_size > 1000
    assert not list(out.glob("**/*.part"))


@pytest.mark.slow
def test_progress_ends_where_it_said(measured):
    """What is done grows up to the total."""
    _, _, seen = measured
    done = [units for units, _ in seen]
    assert done == sorted(done) and seen[-1][0] == seen[-1][1]


@pytest.mark.slow
def test_an_interrupted_measurement_goes_on(inputs, measured, tmp_path, monkeypatch):
    """Finished trainings are not run again, and the results are the same."""
    _, results, _ = measured
    before = Reference.trainings

    def stop_after_two(self, *arguments):
        if Reference.trainings - before == 2:
            raise KeyboardInterrupt
        return train(self, *arguments)

    train = Reference.train
    monkeypatch.setattr(Reference, "train", stop_after_two)
    with pytest.raises(KeyboardInterrupt):
        measure(inputs, tmp_path / "m")
    assert not (tmp_path / "m" / "measurements.json").exists()
    monkeypatch.setattr(Reference, "train", train)
    again = measure(inputs, tmp_path / "m")
    assert Reference.trainings - before == 4
    assert again.usefulness.real_to_real.mean == pytest.approx(results.usefulness.real_to_real.mean, abs=1e-3)


@pytest.mark.slow
def test_a_folder_of_other_measurements_is_refused(inputs, measured):
    """Stages of another effort are never mixed in."""
    from dataclasses import replace

    with pytest.raises(UsageError, match="effort differ"):
        measure(replace(inputs, effort=Effort(1, 5, 6)), measured[0])


def test_the_command_refuses_an_unknown_profile(tmp_path, monkeypatch):
    """The error names the profiles that there are."""
    monkeypatch.chdir(REPOSITORY)
    (tmp_path / "real.npz").touch()
    arguments = ["measure", "--images", tmp_path / "real.npz", "--out", tmp_path / "m", "--profile", "tpu"]
    result = CliRunner().invoke(command, [str(a) for a in arguments])
    assert isinstance(result.exception, UsageError) and "cpu, gpu, demo" in str(result.exception)
