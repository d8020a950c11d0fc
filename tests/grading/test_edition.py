"""The keys of reports: they hold what an assignment uses, and tell what is run from what it earns."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from autograder.grading.edition import Edition, edition_of, running_part
from autograder.model import Submission
from autograder.workspace import find_workspace
from tests.batch.conftest import edit
from tests.grading.conftest import REFERENCE, submission, write_course

WORK = submission(REFERENCE)
USES_PROFILE = '''
@pytest.mark.item("double")
def test_size(student, profile):
    """Uses the protocol."""
    assert student.double(profile.size)
'''


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A tiny course whose files the test may edit."""
    return write_course(tmp_path)


def edition(checkout: Path) -> Edition:
    """Of the checkout as it is now."""
    workspace = find_workspace(checkout)
    return edition_of(workspace, workspace.assignment("tiny"))


def keys(checkout: Path, work: Submission = WORK) -> tuple[str, str]:
    """The key of what is run, and that of the report."""
    now = edition(checkout)
    return now.run_key(work, training=True), now.key(work, training=True)


COURSE, SETTINGS = "assignments/course.toml", "assignments/tiny/assignment.toml"
PUBLIC, HIDDEN = "assignments/tiny/test_public.py", "assignments/tiny/test_hidden.py"


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (COURSE, "auc = 0.5", "auc = 0.6"),
        (COURSE, "epochs = 1", "epochs = 2"),
        ("reference_solution/tiny.py", "return 2 * x", "return x + x"),
    ],
)
def test_what_no_test_uses_changes_no_key(checkout: Path, file: str, old: str, new: str) -> None:
    """Neither the protocol nor its thresholds, for an assignment without training; nor other reference files."""
    edit(checkout / HIDDEN, "reference)", "rng)")
    edit(checkout / HIDDEN, "(student, rng, rng)", "(student, rng)")
    edit(checkout / HIDDEN, "reference.double(x)", "2 * x")
    before = keys(checkout)
    edit(checkout / file, old, new)
    assert keys(checkout) == before


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (SETTINGS, "points = 6", "points = 7"),
        (SETTINGS, 'id = "tiny"', 'id = "tiny"  # a comment'),
        (SETTINGS, 'en = "Double"', 'en = "Twice"'),
        (HIDDEN, "weight=2", "weight=3"),
        (HIDDEN, '("after", requires=("double",))', '("after", requires=("double",), weight=2, hint="one")'),
        (PUBLIC, 'hint="Multiply by 2."', 'hint="Multiply."'),
        (PUBLIC, '"""Twice 3 is 6."""', '"""Twice three\n    is six."""'),
        ("assignments/tiny/tests_ko.toml", "6", "육"),
    ],
)
def test_what_a_result_earns_and_says_needs_no_other_run(checkout: Path, file: str, old: str, new: str) -> None:
    """The report has another key; what was run has the same, and so have the random inputs."""
    (run, report), seed = keys(checkout), edition(checkout).tests
    edit(checkout / file, old, new)
    assert keys(checkout)[0] == run and keys(checkout)[1] != report
    assert edition(checkout).tests == seed


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (PUBLIC, "double(3) == 6", "double(4) == 8"),
        (HIDDEN, 'requires=("double",)', "requires=()"),
        (SETTINGS, "call_wall_s = 3", "call_wall_s = 4"),
        (SETTINGS, 'packages = ["numpy"]', 'packages = ["numpy", "scipy"]'),
        (SETTINGS, "points = 2\n", "points = 2\ntraining = true\n"),
        ("reference_solution/tiny.py", "return 2 * x", "return x + x"),
        (COURSE, 'language = "en"', 'language = "ko"'),
    ],
)
def test_what_is_run_changes_both_keys(checkout: Path, file: str, old: str, new: str) -> None:
    """Tests, items, limits, packages, the reference solution that a test loads, and the language."""
    run, report = keys(checkout)
    edit(checkout / file, old, new)
    assert keys(checkout)[0] != run and keys(checkout)[1] != report


def test_a_comment_in_the_reference_solution_changes_no_key(checkout: Path) -> None:
    """Only its code counts where a test loads it."""
    before = keys(checkout)
    edit(checkout / "reference_solution/tiny.py", "return 2 * x", "return 2 * x  # twice")
    assert keys(checkout) == before


def test_a_test_that_asks_for_the_protocol_depends_on_it(checkout: Path) -> None:
    """The protocol decides what is run, the thresholds what it earns."""
    with (checkout / HIDDEN).open("a") as file:
        file.write(USES_PROFILE)
    run, report = keys(checkout)
    edit(checkout / COURSE, "auc = 0.5", "auc = 0.6")
    assert keys(checkout)[0] == run and keys(checkout)[1] != report
    edit(checkout / COURSE, "epochs = 1", "epochs = 2")
    assert keys(checkout)[0] != run


def test_the_work_the_notes_and_the_secret_are_in_the_key(checkout: Path) -> None:
    """And whether the items that train were run; the label is not."""
    now = edition(checkout)
    noted = dataclasses.replace(WORK, notes=("odd",))
    other = dataclasses.replace(now, seed="another")
    found = [
        now.run_key(WORK, training=True), now.run_key(WORK, training=False), now.run_key(noted, training=True),
        now.run_key(submission("x = 1"), training=True), other.run_key(WORK, training=True),
    ]  # fmt: skip
    assert len(set(found)) == len(found)
    assert now.key(submission(REFERENCE, "somebody else"), training=True) == now.key(WORK, training=True)


def test_only_marks_are_cut_out_of_a_test() -> None:
    """Whatever follows them stays: other calls, other words, texts with several bytes, parametrized cases."""
    source = '''
import pytest
CASES = [pytest.param("가", marks=pytest.mark.item(weight=2, name="한글")), item(hint="mine")]

@pytest.mark.item(
    "double",
    hint="Ein Hinweis: 힌트",
    requires=("x",),
    title="{case} is 가",
)
@pytest.mark.parametrize("case", CASES)
def test_double(student, case):  # 주석
    """Ein Titel."""
    assert student.double(case, hint="kept") == "kept"
'''
    assert running_part(source) == '\n'.join([
        "import pytest",
        'CASES = [pytest.param("가", marks=item(name="한글")), item(hint="mine")]',
        '@item("double", requires=("x",))',
        '@pytest.mark.parametrize("case", CASES)',
        "def test_double(student, case):  # 주석",
        '    assert student.double(case, hint="kept") == "kept"',
    ])  # fmt: skip
    assert running_part("def broken(:\n") == "def broken(:\n"


def test_every_assignment_of_the_course_has_its_own_dependencies(repository: Path, tmp_path: Path) -> None:
    """Only the training depends on the protocol; each depends on the reference files that its tests load."""
    workspace = dataclasses.replace(find_workspace(repository), secret=b"x" * 32)
    editions = {id_: edition_of(workspace, workspace.assignment(id_)) for id_ in workspace.course().assignments}
    assert {id_ for id_, edition in editions.items() if edition.protocol} == {"training"}
    assert {id_ for id_, edition in editions.items() if edition.thresholds} == {"training"}
