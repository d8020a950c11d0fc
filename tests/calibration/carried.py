"""What a network that was trained elsewhere buys within the bounds: run in a course.

    python -m tests.calibration.carried

A submission can carry less than this: here all weights of a trained network are at hand, exactly.  They, or what their
training changed, are added to other initial weights, as loudly as the bounds allow and more.  It prints the AUC on the
hidden split, the validation loss, and how the sum is related to the initial weights.
"""

from __future__ import annotations

import numpy as np

from autograder.dataset.course import CourseData
from autograder.grading.student import LocalStudent
from autograder.grading.training.evidence import kinship_of
from autograder.grading.training.pipeline import Pipeline, Trained, hidden_auc, loss_of
from autograder.tensorflow_start import import_tensorflow
from autograder.worker.executor import Executor
from autograder.workspace import find_course

TIMES = (1, 2, 4)
SHARES = (0.3, 0.5, 0.7, 0.9)


def main() -> None:
    """Trains twice, and mixes the first network into the second one's initial weights."""
    import_tensorflow()
    workspace = find_course("carried")
    data, assignment = CourseData(workspace), workspace.assignment("training")
    data.build()
    executor = Executor()
    executor.run("reference", (workspace.reference_dir / assignment.reference).read_text(encoding="utf-8"))
    architecture = workspace.reference(assignment.network).architecture()
    pipeline = Pipeline(LocalStudent(executor.namespace), architecture, data, workspace.course().active_profile)
    carried, other = pipeline.train(101), pipeline.train(102)
    assert isinstance(carried, Trained) and isinstance(other, Trained)
    model = carried.found.model
    weights, given = model.get_weights(), other.start

    def show(what: str, mixed: list[np.ndarray], start: list[np.ndarray]) -> None:
        model.set_weights(mixed)
        kinship = kinship_of(start, mixed)
        loss = loss_of(model, *data.validation(), 400)
        print(f"{what:32} AUC {hidden_auc(model, data):.3f}  val_loss {loss:.3f}  kernels {kinship.kernels:.2f}  "
              f"filters {kinship.filters:.2f}", flush=True)  # fmt: skip

    show("the network that is carried", weights, carried.start)
    for times in TIMES:
        changes = [w - s for w, s in zip(weights, carried.start, strict=True)]
        show(f"its change, {times} times", [g + times * c for g, c in zip(given, changes, strict=True)], given)
    for share in SHARES:
        show(f"its weights, a share of {share}", _mixed(given, weights, share), given)


def _mixed(given: list[np.ndarray], weights: list[np.ndarray], share: float) -> list[np.ndarray]:
    """Kernels of which ``share`` is carried, so that their correlation with the given ones is sqrt(1 - share ** 2)."""
    loud = share / np.sqrt(1 - share**2)
    return [
        g + loud * np.linalg.norm(g) / np.linalg.norm(w) * w if g.ndim > 1 else w
        for g, w in zip(given, weights, strict=True)
    ]


if __name__ == "__main__":
    main()
