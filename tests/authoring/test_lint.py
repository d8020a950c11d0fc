"""What is wrong with an assignment is said before it costs a student anything."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.authoring.lint import lint, lint_course, refuse_faults
from autograder.authoring.release import release_checkout
from autograder.cli.lint import command
from autograder.cli.release import command as release
from autograder.errors import UsageError
from autograder.workspace import find_workspace
from tests.authoring import tiny

TEST = '\n\n@pytest.mark.item({})\ndef test_more(student):\n    """More."""\n    assert student.double(0) == 0\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with a release, in which nothing is wrong."""
    root = tiny.make_checkout(tmp_path / "checkout")
    korean = root / "assignments" / "tiny" / "tests_ko.toml"
    korean.write_text(korean.read_text(encoding="utf-8") + '[test_halve_of_two]\ntitle = "x"\n', encoding="utf-8")
    release_checkout(root / "assignments", root / "reference_solution", root / "release")
    return root


def _edit(path: Path, change: Callable[[str], str]) -> None:
    text = path.read_text(encoding="utf-8")
    assert change(text) != text
    path.write_text(change(text), encoding="utf-8")


def test_nothing_is_wrong_with_a_good_assignment(checkout: Path) -> None:
    """Nor with the course's settings."""
    assert lint(find_workspace(checkout), "tiny") == []
    assert lint_course(find_workspace(checkout)) == []


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("test_hidden.py", lambda s: s + TEST.format('"duble"'), "no item 'duble'; did you mean 'double'"),
        ("test_hidden.py", lambda s: s + TEST.format('"double", requires=("halv",)'), "no item 'halv'; did you"),
        ("test_hidden.py", lambda s: s + TEST.format('"why"'), "'why' is marked by hand"),
        ("test_hidden.py", lambda s: s + TEST.format('"double", weight=0'), "has the weight 0; wanted a number"),
        ("test_hidden.py", lambda s: s + TEST.format('"double", weight=-1'), "has the weight -1"),
        ("test_hidden.py", lambda s: s + TEST.format('"double", weight=float("nan")'), "has the weight nan"),
        ("test_hidden.py", lambda s: s + TEST.format('"double", weight="much"'), "marker cannot be read"),
        ("test_hidden.py", lambda s: s + TEST.format('"double", wieght=2'), "unknown keyword 'wieght'"),
        ("test_hidden.py", lambda s: s + "\n\ndef test_more(student):\n    pass\n", "test_more belongs to no item"),
        ("test_hidden.py", lambda s: s + "\nimport nowhere\n", "the tests could not be read"),
        ("test_public.py", lambda s: s.split("@pytest.mark.item(\"halve\"")[0], "the item 'halve' has no test"),
        ("tests_ko.toml", lambda s: s.replace("of_one", "of_onne"), "did you mean 'test_double_of_one'"),
        ("tests_ko.toml", lambda s: s.replace("hint =", "hnt ="), "wanted title and hint, got 'hnt'"),
        ("tests_ko.toml", lambda s: s + "[", "not valid TOML"),
        ("assignment.toml", lambda s: s.replace("points = 2", "points = 4"), "released with 2 points and now has 4"),
        ("assignment.toml", lambda s: s.replace("points = 2", "points = 0"), "has 0 points; wanted a number above 0"),
        ("assignment.toml", lambda s: s.replace("points = 2", "pionts = 2"), "unknown key 'pionts'; did you"),
        ("assignment.toml", lambda s: s.replace('id = "halve"', 'id = "double"'), "'double' is there 2 times"),
        ("notebook.py", lambda s: s.replace('points("double")', 'points("duble")'), "no item 'duble'"),
    ],
)  # fmt: skip
def test_what_would_change_grades_is_an_error(
    file: str, change: Callable[[str], str], message: str, checkout: Path
) -> None:
    """It names the file that holds the mistake."""
    path = checkout / "assignments" / "tiny" / file
    _edit(path, change)
    findings = [finding for finding in lint(find_workspace(checkout), "tiny") if finding.serious]
    found = [finding for finding in findings if message in finding.what]
    assert found, findings
    assert path in (found[0].where, path.with_name("assignment.toml")) or found[0].where.suffix in (".toml", ".ipynb")
    with pytest.raises(UsageError, match="nothing was graded"):
        refuse_faults(findings, "nothing was graded")


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("test_public.py", lambda s: s.replace("student.halve(2)", "student.double(0.5)"), "no test calls 'halve'"),
        ("tests_ko.toml", lambda s: s.split("[test_halve")[0], "test_halve_of_two has no translation"),
        ("notebook.py", lambda s: s.replace(
            '# %% item="double"', '# %% solution="more"\ndef triple(x):\n    ### BEGIN SOLUTION\n    return 3 * x\n'
            '    ### END SOLUTION\n\n# %% item="double"'), "students write 'triple', but no item names it"),
    ],
)  # fmt: skip
def test_what_may_be_meant_is_only_said(file: str, change: Callable[[str], str], message: str, checkout: Path) -> None:
    """It does not keep anybody from grading."""
    _edit(checkout / "assignments" / "tiny" / file, change)
    findings = lint(find_workspace(checkout), "tiny")
    assert any(message in finding.what and not finding.serious for finding in findings), findings


def test_a_date_in_the_past_is_said(checkout: Path) -> None:
    """In the course's zone."""
    settings = checkout / "assignments" / "course.toml"
    _edit(settings, lambda text: text.replace("[title]", "[due]\ntiny = 2020-01-01T12:00:00+09:00\n\n[title]", 1))
    (finding,) = lint(find_workspace(checkout), "tiny")
    assert str(finding) == f"{settings}: tiny was due 2020-01-01 03:00 (UTC), which is past"
    assert not finding.serious
    future = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1)
    _edit(settings, lambda text: text.replace("2020-01-01T12:00:00+09:00", future.isoformat(timespec="seconds")))
    assert lint(find_workspace(checkout), "tiny") == []


def test_the_command_lists_everything_and_its_exit_code_tells(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """0 when there is only something to look at, 1 when grades would be wrong."""
    monkeypatch.chdir(checkout)
    assert CliRunner().invoke(command, [], standalone_mode=False).return_value == 0
    _edit(checkout / "assignments" / "tiny" / "test_hidden.py", lambda s: s + TEST.format('"duble"'))
    _edit(checkout / "assignments" / "tiny" / "tests_ko.toml", lambda s: s.split("[test_halve")[0])
    result = CliRunner().invoke(command, ["tiny"], standalone_mode=False)
    assert result.return_value == 1
    assert "error" in result.output and "look at" in result.output and "tiny: 1 errors, 2 to look at" in result.output
    with pytest.raises(UsageError, match="no assignment 'tinny'"):
        CliRunner().invoke(command, ["tinny"], standalone_mode=False, catch_exceptions=False)


def test_the_reference_has_to_earn_everything(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is graded by `lint` and before a release, and once only."""
    monkeypatch.chdir(checkout)
    reference = checkout / "reference_solution" / "tiny.py"
    _edit(reference, lambda text: text.replace("np.multiply(np.asarray(x), 2)", "np.multiply(np.asarray(x), 3)"))
    result = CliRunner().invoke(command, ["tiny"], standalone_mode=False, catch_exceptions=False)
    assert result.return_value == 1
    assert str(reference) in result.output and "test_double_of_one" in result.output
    with pytest.raises(UsageError, match="nothing was released"):
        CliRunner().invoke(release, ["tiny"], standalone_mode=False, catch_exceptions=False)
    _edit(reference, lambda text: text.replace("np.multiply(np.asarray(x), 3)", "np.multiply(np.asarray(x), 2)"))
    assert CliRunner().invoke(command, ["tiny"], standalone_mode=False, catch_exceptions=False).return_value == 0
    monkeypatch.setattr("autograder.batch.reference.WarmEngine", None)  # it would be needed to grade again
    assert CliRunner().invoke(command, ["tiny"], standalone_mode=False, catch_exceptions=False).return_value == 0


def test_a_mistake_in_a_marker_never_grades(checkout: Path) -> None:
    """The engine refuses it by itself as well: a test of an unknown item would otherwise silently not count."""
    from autograder.errors import GraderError
    from autograder.grading.plugin import Context, files_of_tests, run_tests
    from autograder.grading.student import Student

    folder = checkout / "assignments" / "tiny"
    _edit(folder / "test_hidden.py", lambda s: s + TEST.format('"duble"'))
    context = Context(Student(), b"", frozenset({"double"}), known_items=frozenset({"double", "halve", "why"}))
    with pytest.raises(GraderError, match="there is no item 'duble'"):
        run_tests(files_of_tests(folder), context)
