"""The engine: scores, messages, outcomes, and whose fault is whose."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import jsonschema
import pytest

from autograder.grading.edition import report_key
from autograder.grading.engine import Engine, Options, WarmEngine
from autograder.model import Outcome, Report
from autograder.reports.line import SCHEMA, as_line, schema_text
from autograder.sandbox import choose_backend
from autograder.workspace import Workspace, find_workspace
from tests.grading.conftest import REFERENCE, submission, write_course


def outcomes(report: Report) -> dict[str, Outcome]:
    """Each test's outcome by its name."""
    return {test.name: test.outcome for item in report.items for test in item.tests}


def test_the_reference_earns_everything_but_the_partial_credit(engine: Engine) -> None:
    """Weights, a test's own credit, flags and manual items all count as they should."""
    report = engine.grade(submission(REFERENCE))
    assert report.outcome == "graded"
    assert [(item.id, item.score, item.max_score) for item in report.items] == [
        ("double", 5.4, 6), ("after", 2, 2), ("essay", None, 3),
    ]  # fmt: skip
    assert (report.score, report.max_score) == (7.4, 8)
    assert report.flags == ("double: look here",)


def test_nothing_earns_nothing(engine: Engine) -> None:
    """An empty submission gets a grade of 0 and is told what is missing."""
    report = engine.grade(submission(""))
    assert (report.outcome, report.score, report.max_score) == ("graded", 0, 8)
    assert set(outcomes(report).values()) == {Outcome.STUDENT_ERROR, Outcome.SKIPPED}
    assert "double is not defined" in report.items[0].tests[0].message


def test_a_hidden_failure_shows_title_and_hint_only(engine: Engine) -> None:
    """What was expected never reaches the student; a public test's message does."""
    report = engine.grade(submission("def double(x): return x * 2 + 1"))
    tests = {test.name: test for item in report.items for test in item.tests}
    assert tests["test_doubles_three"].message == "double(3) is not 6"
    assert tests["test_arrays"].outcome is Outcome.FAILED
    assert (tests["test_arrays"].message, tests["test_arrays"].hint) == ("", "Return a new array.")
    assert tests["test_arrays"].title == "Arrays are doubled and left as they were."
    assert "wanted" in tests["test_arrays"].detail


def test_a_test_whose_required_item_is_incomplete_is_skipped(engine: Engine) -> None:
    """The reason names the item."""
    report = engine.grade(submission("def double(x): return 0\ndef after(): return 1"))
    after = report.items[1].tests[0]
    assert (after.outcome, report.items[1].score) == (Outcome.SKIPPED, 0)
    assert "double" in after.message


@pytest.mark.parametrize("value", ["None", "'six'", "object()", "float('nan')", "[6]", "{'a': 6}", "Agree()", "print"])
def test_odd_returns_are_the_submissions_fault(engine: Engine, value: str) -> None:
    """Whatever comes back, the submission is graded, and the test not passed."""
    agree = "class Agree:\n    def __eq__(self, other): return True\n    def __getitem__(self, i): return i + 1\n"
    report = engine.grade(submission(f"{agree}def double(x): return {value}"))
    assert report.outcome == "graded"
    assert outcomes(report)["test_doubles_three"] in (Outcome.FAILED, Outcome.STUDENT_ERROR)
    assert outcomes(report)["test_digests_the_answer"] in (Outcome.FAILED, Outcome.STUDENT_ERROR)


def test_a_wrong_arity_is_told(engine: Engine) -> None:
    """The student reads Python's own words."""
    report = engine.grade(submission("def double(): return 6"))
    assert "takes 0 positional arguments" in report.items[0].tests[0].message


def test_a_hanging_function_is_a_timeout(engine: Engine) -> None:
    """The other item's tests still run."""
    report = engine.grade(submission("def double(x):\n    while True: pass"))
    assert outcomes(report)["test_doubles_three"] is Outcome.TIMEOUT
    assert report.outcome == "graded"


def test_a_fault_of_the_tests_is_ours_and_costs_nothing(tmp_path: Path) -> None:
    """A crash of a test before the student was asked gives ``grader_error`` and no score."""
    folder = write_course(tmp_path)
    (folder / "assignments" / "tiny" / "test_hidden.py").write_text(
        'import pytest\n@pytest.mark.item("double")\ndef test_broken(student):\n    """Broken."""\n'
        '    raise KeyError("ours")\n'
    )
    with Engine(find_workspace(folder), "tiny", choose_backend()) as broken:
        report = broken.grade(submission(REFERENCE))
    assert report.outcome == "grader_error"
    assert [item.score for item in report.items] == [None, None, None]
    assert "ours" in " ".join(report.notes)


def test_a_test_file_that_cannot_be_imported_is_ours(tmp_path: Path) -> None:
    """So is a syntax error in the tests."""
    folder = write_course(tmp_path)
    (folder / "assignments" / "tiny" / "test_hidden.py").write_text("def broken(:\n")
    with Engine(find_workspace(folder), "tiny", choose_backend()) as broken:
        assert broken.grade(submission(REFERENCE)).outcome == "grader_error"


def test_a_sandbox_that_cannot_start_is_told_once(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """One attempt, one line: no test tries again, and nobody has to read a traceback."""
    backend, attempts = choose_backend(), []

    def start(spec: object) -> None:
        attempts.append(spec)
        raise RuntimeError("popen failed")

    monkeypatch.setattr(backend, "start", start, raising=False)
    with Engine(workspace, "tiny", backend) as hostless:
        report = hostless.grade(submission(REFERENCE))
    assert (report.outcome, len(attempts), len(caplog.messages)) == ("grader_error", 1, 1)
    assert len(report.notes) == 1 and "cannot start a worker host (RuntimeError: popen failed)" in report.notes[0]
    assert "Traceback" not in str(report.to_json()) + caplog.text


def test_korean_titles_and_hints(tmp_path: Path) -> None:
    """The course's language decides what the student reads."""
    with Engine(find_workspace(write_course(tmp_path, "ko")), "tiny", choose_backend()) as korean:
        item = korean.grade(submission("def double(x): return 0")).items[0]
    assert (item.title, item.tests[0].title, item.tests[0].hint) == ("두 배", "3의 두 배는 6", "2를 곱하세요.")


def test_the_same_submission_gets_the_same_report(engine: Engine) -> None:
    """Twice on one host, with another submission in between, all but the times agree."""

    def frozen(report: Report) -> str:
        data = report.to_json() | {"seconds": 0}
        for item in data["items"]:
            for test in item["tests"]:
                test["seconds"] = 0
        return json.dumps(data)

    first = engine.grade(submission("def double(x): return x + 3"))
    engine.grade(submission("import numpy as np\nnp.random.default_rng = None\ndef double(x): return None"))
    assert frozen(engine.grade(submission("def double(x): return x + 3"))) == frozen(first)


def test_a_report_survives_json(engine: Engine) -> None:
    """``from_json`` is the inverse of ``to_json``."""
    report = engine.grade(submission(REFERENCE))
    assert Report.from_json(json.loads(json.dumps(report.to_json()))) == report


def test_the_published_schema_follows_from_the_records() -> None:
    """The file is what `python -m autograder.reports.line` writes."""
    assert SCHEMA.read_text(encoding="utf-8") == schema_text()


def test_the_published_schema_describes_the_lines(engine: Engine) -> None:
    """A line of ``grade --json`` fits the schema, and the schema refuses a line without items."""
    schema = json.loads(SCHEMA.read_text())
    line = json.loads(json.dumps(as_line(engine.grade(submission(REFERENCE)), "a.py")))
    jsonschema.validate(line, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({key: value for key, value in line.items() if key != "items"}, schema)


def test_the_key_depends_on_everything_that_decides_the_grade(workspace: Workspace, tmp_path: Path) -> None:
    """Another source, seed, test or choice of training gives another content address."""
    assignment = workspace.assignment("tiny")
    one = submission(REFERENCE)

    def key(training: bool = True, secret: bytes = workspace.secret, source: str = REFERENCE) -> str:
        seeded = dataclasses.replace(workspace, secret=secret)
        return report_key(seeded, assignment, submission(source), training=training)

    assert key() == report_key(workspace, assignment, one, training=True)
    other = write_course(tmp_path)
    (other / "assignments" / "tiny" / "test_hidden.py").write_text("# nothing\n")
    changed = find_workspace(other)
    keys = {key(), key(False), key(secret=b"x" * 32), key(source="x = 1"),
            report_key(changed, changed.assignment("tiny"), one, training=True)}  # fmt: skip
    assert len(keys) == 5


def test_items_can_be_chosen(workspace: Workspace) -> None:
    """Only the wanted items are run and counted."""
    with Engine(workspace, "tiny", choose_backend(), Options(items=frozenset(["double"]))) as some:
        report = some.grade(submission(REFERENCE))
    assert (report.max_score, report.items[1].score) == (6, None)


def test_two_courses_in_one_process_keep_their_own_tests(engine: Engine, tmp_path: Path) -> None:
    """Files of the same name in another folder are other tests."""
    other = write_course(tmp_path)
    (other / "assignments" / "tiny" / "test_hidden.py").write_text("# no hidden tests\n")
    with Engine(find_workspace(other), "tiny", choose_backend()) as second:
        assert len(second.grade(submission(REFERENCE)).items[0].tests) == 1
    assert len(engine.grade(submission(REFERENCE)).items[0].tests) == 4


def test_a_warm_engine_is_kept_until_something_else_is_graded(tmp_path: Path) -> None:
    """Its worker host serves the next submission; changed tests get an engine of their own."""
    folder = write_course(tmp_path)
    course = find_workspace(folder)
    with WarmEngine() as warm:
        first = warm.grade(course, "tiny", submission(REFERENCE))
        engine = warm._engine
        second = warm.grade(course, "tiny", submission(""))
        assert warm._engine is engine and (first.score, second.score) == (7.4, 0)
        (folder / "assignments" / "tiny" / "test_hidden.py").write_text("# no hidden tests\n")
        third = warm.grade(course, "tiny", submission(REFERENCE))
        assert warm._engine is not engine
    assert third.key == report_key(course, course.assignment("tiny"), submission(REFERENCE), training=False)
    assert warm._engine is None
