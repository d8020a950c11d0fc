"""An engine for the tests: an item is right when its cell holds 'return', and half right with 'half'."""

from __future__ import annotations

import hashlib
from typing import Any

from autograder.model import ItemResult, Kind, Outcome, Report, SubmissionOutcome, TestResult, score_item

calls: list[str] = []


def report_key(workspace: Any, assignment: Any, submission: Any, *, training: bool) -> str:
    """Content address of what would be graded."""
    return hashlib.sha256(repr((assignment.id, submission.chunks, submission.notes, training)).encode()).hexdigest()


def grade(workspace: Any, assignment_id: str, submission: Any, *, training: bool = False) -> Report:
    """A report like the engine's."""
    calls.append(submission.label)
    assignment = workspace.assignment(assignment_id)
    sources = {chunk.name: chunk.source for chunk in submission.chunks}
    items = tuple(_grade_item(item, sources.get(f"solution-{item.id}", ""), training) for item in assignment.items)
    run = [item for item in items if item.score is not None]
    return Report(
        key=report_key(workspace, assignment, submission, training=training),
        assignment=assignment_id,
        label=submission.label,
        outcome=SubmissionOutcome.GRADER_ERROR if "our fault" in str(sources) else SubmissionOutcome.GRADED,
        score=sum(item.score or 0.0 for item in run),
        max_score=sum(item.max_score for item in run),
        items=items,
        notes=submission.notes,
        unreadable=submission.unreadable,
    )


def _grade_item(item: Any, source: str, training: bool) -> ItemResult:
    if item.kind is Kind.MANUAL or (item.training and not training):
        return ItemResult(item.id, item.title["en"], item.kind, None, item.points)
    right = "return" in source
    tests = (_test(item.id, "public", right), _test(item.id, "hidden", right and "half" not in source))
    return ItemResult(item.id, item.title["en"], item.kind, score_item(item.points, tests), item.points, tests)


def _test(item: str, name: str, passed: bool) -> TestResult:
    outcome = Outcome.PASSED if passed else Outcome.FAILED
    message = "" if passed else f"{name} message <script>"
    return TestResult(name, item, 1.0, outcome, f"The {name} title", "A hint.", message, hidden=name == "hidden")
