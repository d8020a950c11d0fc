"""Grades must not depend on luck: the graders' verdicts on many seeds, in this process."""

from __future__ import annotations

import functools
import os

import pytest

from autograder.model import Chunk
from tests.grading.labelled import (
    ROOT,
    Labelled,
    failed,
    graded_in_this_process,
    labelled,
    namespace_of,
    reference_module,
)

NUMPY = ("activations", "evaluation")
NETWORK_SEEDS = int(os.environ.get("NETWORK_SEEDS", "50"))  # `make seeds` tries 200, which takes half an hour


def reference(assignment: str) -> Chunk:
    """The assignment's reference as a submission."""
    return Chunk("x.py", (ROOT / "reference_solution" / f"{assignment}.py").read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.parametrize("assignment", NUMPY)
def test_the_reference_passes_on_any_seed(assignment: str) -> None:
    """No test fails the reference on any of 200 seeds."""
    for seed in range(200):
        results = graded_in_this_process(assignment, namespace_of([reference(assignment)]), seed.to_bytes(2, "big"))
        assert results and not failed(results), (seed, failed(results))


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("assignment", ["vgg16", "training"])
def test_the_networks_pass_on_any_seed(assignment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test fails the reference on any seed; a seed also decides the initial weights of what is trained."""
    import keras

    # Networks are built once for all seeds, since the tests put other weights into them with every seed: building
    # takes most of the time.  Each function has its own, so that two of them are never compared with themselves.
    trusted = reference_module("vgg16.py")
    monkeypatch.setattr(trusted, "build_vgg16", functools.cache(trusted.build_vgg16))
    namespace = namespace_of([reference(assignment)])
    for name in {"build_vgg16", "build_and_compile"} & namespace.keys():
        namespace[name] = functools.cache(namespace_of([reference(assignment)])[name])
    for seed in range(NETWORK_SEEDS):
        keras.utils.set_random_seed(seed)
        results = graded_in_this_process(assignment, namespace, seed.to_bytes(2, "big"))
        assert results and not failed(results), (seed, failed(results))


@pytest.mark.slow
@pytest.mark.parametrize("case", [c for c in labelled(*NUMPY) if not c.only_in_sandbox],
                         ids=lambda case: f"{case.assignment}-{case.folder.name}")  # fmt: skip
def test_a_verdict_is_the_same_on_any_seed(case: Labelled) -> None:
    """The same tests fail whatever the secret: no mistake gets through by luck, and no right answer fails by it."""
    namespace = functools.partial(namespace_of, case.submission.chunks)
    verdicts = {frozenset(failed(graded_in_this_process(case.assignment, namespace(), bytes([n])))) for n in range(5)}
    assert len(verdicts) == 1, set.union(*map(set, verdicts)) - set.intersection(*map(set, verdicts))
