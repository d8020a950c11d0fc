"""Puts a report together from the results of tests, and makes a new one where only what they earn has changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from autograder.config import Assignment, Profile
from autograder.grading.literals import literal_flags
from autograder.grading.plugin import AboutTest, Translation, translated
from autograder.grading.training.evidence import Evidence
from autograder.grading.training.verdict import judge, needs_another_run
from autograder.model import ItemResult, Kind, Outcome, Report, Submission, TestResult, score_item
from autograder.text import printable_lines

EVIDENCE = frozenset({"runs"})  # the keys of a stored ``Evidence``


def assemble(
    assignment: Assignment,
    language: str,
    submission: Submission,
    results: tuple[TestResult, ...],
    run: frozenset[str],
    about: Report,
) -> Report:
    """A report with scores, items and flags.

    Args:
        assignment: gives the points.
        language: of the items' titles.
        submission: what was graded.
        results: of all tests.
        run: the items that were run; the others have no score.
        about: everything else of the report.
    """
    items, flags = [], []
    for item in assignment.items:
        tests = tuple(result for result in results if result.item == item.id)
        score = score_item(item.points, tests) if item.id in run else None
        title = item.title.get(language) or item.id
        items.append(ItemResult(item.id, title, item.kind, score, item.points, tests))
        flags += [f"{item.id}: {flag}" for test in tests for flag in test.flags]
    counted = [item for item in items if item.score is not None]
    return replace(
        about,
        score=round(sum(item.score or 0.0 for item in counted), 2),
        max_score=sum(item.max_score for item in counted),
        items=tuple(items),
        flags=(*flags, *literal_flags(submission)),
    )


def rejudge(
    old: Report,
    key: str,
    assignment: Assignment,
    language: str,
    profile: Profile,
    submission: Submission,
    tests: Mapping[str, AboutTest],
    translations: Mapping[str, Translation],
) -> Report | None:
    """The report of the same run under the present points, weights, titles, hints and thresholds.

    Args:
        old: a finished report of the same run.
        key: of the new report.
        assignment, language, profile: as they are now.
        submission: what was graded.
        tests: what the test files say now, by the test's name.
        translations: titles and hints in the course's language.

    Returns:
        The report; None where the test files no longer know one of the old results.
    """
    results = [result for item in old.items for result in item.tests]
    if any(result.name not in tests or tests[result.name].item != result.item for result in results):
        return None
    renewed = []
    for result in results:
        about = tests[result.name]
        title, hint = translated(about, translations)
        result = replace(result, weight=about.weight, title=title, hint=hint)
        renewed.append(_judged_again(result, profile))
    run = frozenset(item.id for item in old.items if item.score is not None and item.kind is Kind.AUTOMATIC)
    about_report = replace(old, key=key, label=submission.label, seconds=0.0)
    return assemble(assignment, language, submission, tuple(renewed), run, about_report)


def _judged_again(result: TestResult, profile: Profile) -> TestResult:
    """A result under the present thresholds; one without evidence of a training stays as it is."""
    if set(result.numbers) != EVIDENCE or result.outcome not in (Outcome.PASSED, Outcome.FAILED):
        return result
    evidence = Evidence.from_plain(result.numbers)
    award = judge(evidence, profile)
    return replace(
        result,
        outcome=Outcome.PASSED if award.credit == 1 else Outcome.FAILED,
        credit=award.credit,
        message=printable_lines(award.message),
        detail="" if award.credit == 1 else "judged again from the stored measurements, under other thresholds",
        flags=(*award.flags, *_missing(needs_another_run(evidence.runs, profile))),
    )


def _missing(another_run: bool) -> tuple[str, ...]:
    """What a training under the present thresholds would have measured besides, for the TA."""
    if not another_run:
        return ()
    return ("thresholds changed after the training: judged without a second run; `batch --regrade` trains again",)
