"""Grades must not depend on luck: the graders' verdicts on many seeds, in this process."""

from __future__ import annotations

import pytest

from autograder.model import Chunk
from tests.grading.labelled import ROOT, Labelled, failed, graded_in_this_process, labelled

NUMPY = ("activations", "evaluation")


@pytest.mark.slow
@pytest.mark.parametrize("assignment", NUMPY)
def test_the_reference_passes_on_any_seed(assignment: str) -> None:
    """No test fails the reference on any of 200 seeds."""
    reference = Chunk("x.py", (ROOT / "reference_solution" / f"{assignment}.py").read_text(encoding="utf-8"))
    for seed in range(200):
        results = graded_in_this_process(assignment, [reference], seed.to_bytes(2, "big"))
        assert results and not failed(results), (seed, failed(results))


@pytest.mark.slow
@pytest.mark.parametrize("case", [c for c in labelled(*NUMPY) if not c.only_in_sandbox],
                         ids=lambda case: f"{case.assignment}-{case.folder.name}")  # fmt: skip
def test_a_verdict_is_the_same_on_any_seed(case: Labelled) -> None:
    """The same tests fail whatever the secret: no mistake gets through by luck, and no right answer fails by it."""
    verdicts = {
        frozenset(failed(graded_in_this_process(case.assignment, case.submission.chunks, bytes([seed]))))
        for seed in range(5)
    }
    assert len(verdicts) == 1, set.union(*map(set, verdicts)) - set.intersection(*map(set, verdicts))
