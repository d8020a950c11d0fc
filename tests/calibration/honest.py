"""How often an honest pipeline is refused or flagged: varied ones, each trained and judged as a submission's.

    python -m tests.calibration.honest 200     # in a course; goes on where it was interrupted

Each number stands for one pipeline: kernel size, activation, initialiser, optimiser, learning rate, early stopping or a
loop of one's own are drawn for it.  A line for each, and the counts.
"""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path

import numpy as np

from autograder.dataset.course import CourseData
from autograder.files import write_json
from autograder.grading.student import LocalStudent
from autograder.grading.training.pipeline import trains_to
from autograder.tensorflow_start import import_tensorflow
from autograder.worker.executor import Executor
from autograder.workspace import Workspace, find_course

OPTIMIZERS = (
    "Adam(5e-4)", "Adam(3e-4)", "Adam(1e-3)", "AdamW(5e-4, weight_decay=0.004)", "Nadam(5e-4)", "RMSprop(3e-4)",
    "SGD(0.02, momentum=0.9, clipnorm=1.0)",
)  # fmt: skip
INITIALIZERS = ("glorot_uniform", "glorot_normal", "he_normal", "he_uniform", "lecun_normal")
ACTIVATIONS = ("elu", "tanh")
BUILD = """
    def build_vgg16(input_shape=(64, 64, 1), width=1.0, kernel_size=3, activation="relu", dense_units=4096):
        settings = {{"activation": activation, "kernel_initializer": "{initializer}"}}
        model = keras.Sequential([keras.Input(shape=input_shape)])
        for n_convs, channels in [(2, 64), (2, 128), (3, 256), (3, 512), (3, 512)]:
            for _ in range(n_convs):
                model.add(layers.Conv2D(max(1, int(channels * width)), kernel_size, padding="same", **settings))
            model.add(layers.MaxPooling2D())
        model.add(layers.Flatten())
        model.add(layers.Dense(dense_units, **settings))
        model.add(layers.Dense(dense_units, **settings))
        model.add(layers.Dense(1, activation="sigmoid"))
        return model


    def build_and_compile(input_shape, width, dense_units):
        model = build_vgg16(input_shape, width, {side}, "{activation}", dense_units)
        model.compile(optimizer=keras.optimizers.{optimizer}, loss="binary_crossentropy")
        return model
"""


def sources_of(number: int, workspace: Workspace) -> tuple[str, list[str]]:
    """A pipeline's name, and what its submission holds."""
    rng = np.random.default_rng(number)
    drawn = {
        "side": rng.choice([3, 3, 5]),
        "activation": rng.choice(ACTIVATIONS),
        "initializer": rng.choice(INITIALIZERS),
        "optimizer": rng.choice(OPTIMIZERS),
    }
    folder = workspace.assignment("training").folder / "pipelines" / "right"
    train = rng.choice(["", "early_stopping", "custom_loop"])
    reference = workspace.reference_dir / workspace.assignment("training").reference
    sources = [reference.read_text(encoding="utf-8"), textwrap.dedent(BUILD).format(**drawn)]
    sources += [(folder / f"{train}.py").read_text(encoding="utf-8")] if train else []
    return ", ".join(map(str, (*drawn.values(), train or "fit"))), sources


def main(count: int) -> None:
    """Trains what is missing and prints all."""
    import_tensorflow()
    import keras

    workspace = find_course("honest")
    data, profile = CourseData(workspace), workspace.course().active_profile
    data.build()
    architecture = workspace.reference(workspace.assignment("training").network).architecture()
    folder = workspace.state_dir / "honest" / workspace.course().profile
    folder.mkdir(parents=True, exist_ok=True)
    outcomes = []
    for number in range(count):
        name, sources = sources_of(number, workspace)
        path = Path(folder, f"{number}.json")
        if not path.is_file():
            keras.backend.clear_session()
            executor = Executor()
            for source in sources:
                executor.run("pipeline", source)
            rng = np.random.default_rng([number, 1])
            award = trains_to(LocalStudent(executor.namespace), architecture, data, profile, rng=rng)
            write_json(path, {"credit": award.credit, "message": award.message, "flags": award.flags,
                              "numbers": award.numbers})  # fmt: skip
        told = json.loads(path.read_text(encoding="utf-8"))
        outcomes.append(told)
        print(number, name, told["credit"], told["message"], *told["flags"], sep="; ", flush=True)
    full, flagged = sum(told["credit"] == 1 for told in outcomes), sum(bool(told["flags"]) for told in outcomes)
    print(f"{full} of {count} earned everything, {flagged} were flagged")


if __name__ == "__main__":
    main(int(sys.argv[1]))
