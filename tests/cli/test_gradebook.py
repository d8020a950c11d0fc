"""``autograder gradebook`` through the command line: from a download to the file of grades, and where it is written."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli.main import cli
from autograder.errors import UsageError
from autograder.nbgrader_plugs.record import record
from tests.authoring import tiny
from tests.lms import classroom
from tests.nbgrader_plugs.conftest import course, pristine

__all__ = ["course", "pristine"]

FAKE_ENGINE = Path(__file__).parents[1] / "nbgrader_plugs"
SENT = (
    ("kim01", "kim_12341_1_tiny.ipynb", tiny.GOOD),
    ("jiwoo1", "kim_12342_2_tiny.ipynb", {}),
    ("asilva", "silva_LATE_12353_3_tiny-1.ipynb", {"solution-double": tiny.GOOD["solution-double"]}),
)


@pytest.fixture
def inside(course: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The course's folder, as the current one, with the class of 24 from Canvas."""
    monkeypatch.chdir(course)
    monkeypatch.setenv("PYTHONPATH", str(FAKE_ENGINE))  # for commands in a process of their own
    (course / "canvas.csv").write_bytes(classroom.canvas_list())
    assert _run("roster", "import", "canvas.csv").return_value in (None, 0)
    return course


@pytest.fixture
def graded(inside: Path) -> Path:
    """The same, with three submissions from a Canvas download in the gradebook."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for _, name, sources in SENT:
            notebook = inside.parent / name
            notebook.write_bytes((inside / "release" / "tiny" / "tiny.ipynb").read_bytes())
            tiny.fill(notebook, sources)
            archive.write(notebook, name)
    (inside / "submissions.zip").write_bytes(buffer.getvalue())
    assert _run("collect", "tiny", "submissions.zip").return_value == 0
    assert all(outcome.recorded for outcome in record(inside, "tiny"))
    return inside


def _run(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result


def test_a_class_goes_from_canvas_and_back(graded: Path) -> None:
    """Its own export comes back with the grades of those who handed in; everybody else's cell is empty."""
    written = _run("gradebook", "--for", "canvas", "--csv", "grades.csv", "--template", "canvas.csv")
    lines = (graded / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[:4] == [
        "Student,ID,SIS User ID,SIS Login ID,Section,Tiny (4711)",
        "Points Possible,,,,,6.5",
        "김민수,12341,20230001,kim01,CS101-02,3.5",
        "김지우,12342,20230002,jiwoo1,CS101-01,0",
    ]
    assert [line for line in lines[4:] if not line.endswith(",")] == [
        '"Silva, Ana Maria",12353,20230013,asilva,CS101-02,2'
    ]
    assert written.return_value == 0
    assert (graded / "grades.csv").stat().st_mode & 0o077 == 0


def test_the_wide_table_has_totals_of_what_is_graded(graded: Path) -> None:
    """Or of everything, where missing work counts as 0; names are Korean ones; Excel sees that it is UTF-8."""
    _run("gradebook", "--for", "wide", "--csv", "wide.csv")
    text = (graded / "wide.csv").read_bytes().decode("utf-8")
    assert text.startswith("\ufeffstudent,name,section,tiny,total_percent,counted\r\n")
    assert "kim01,김민수,CS101-02,3.5,53.85,1 of 1\r\n" in text and "heo,허준,CS101-01,,,0 of 1\r\n" in text
    _run("gradebook", "--for", "wide", "--csv", "wide.csv", "--missing-as-zero")
    assert "heo,허준,CS101-01,,0,1 of 1\n" in (graded / "wide.csv").read_text(encoding="utf-8-sig")


def test_without_a_form_the_file_has_a_line_for_each_mark(graded: Path) -> None:
    """As before, with status and lateness."""
    _run("gradebook", "--csv", "grades.csv")
    text = (graded / "grades.csv").read_text(encoding="utf-8-sig")
    assert "kim01,김민수,tiny,graded,3.5,6.5,0,0\n" in text and "heo,허준,tiny,missing,,6.5,0,0\n" in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--for", "canvas"), "want --csv FILE"),
        (("--for", "wide", "--csv", "x.csv", "--template", "canvas.csv"), "not for wide"),
        (("--for", "canvas", "--csv", "x.csv", "--column", "tinny=A"), "'tinny=A': wanted ID=HEAD with one of tiny"),
        (("--for", "canvas", "--csv", "x.csv", "--missing-as-zero"), "is for --for wide"),
        (("other", "--csv", "x.csv"), "the gradebook has no other; it has: tiny"),
        (("--csv", "gone/x.csv"), "does not exist; make it first"),
        (("--csv", "x.csv", "--for", "moodle", "--template", "gone.csv"), "gone.csv does not exist"),
        (("--csv", "link.csv"), "is a link to secret; name the file itself"),
    ],
)
def test_what_cannot_be_written_is_said(inside: Path, arguments: tuple[str, ...], message: str) -> None:
    """And nothing is written."""
    (inside / "link.csv").symlink_to("secret")
    secret = (inside / "secret").read_text()
    with pytest.raises(UsageError, match=re.escape(message)):
        _run("gradebook", *arguments)
    assert not (inside / "x.csv").exists() and (inside / "secret").read_text() == secret
    assert (inside / "link.csv").is_symlink()


@pytest.mark.parametrize(
    "name", ["gradebook.db", "secret", "roster.csv", "course.toml", "submitted/kim01/tiny/tiny.ipynb", "release/x.csv"]
)
def test_grades_never_take_the_place_of_something_else(name: str, inside: Path) -> None:
    """A slip such as `--csv roster.csv` would lose the class list."""
    path = inside / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        path.write_text("kim's")
    before = path.read_bytes()
    with pytest.raises(UsageError, match="is there and is no file of grades: name another file"):
        _run("gradebook", "--csv", name)
    assert path.read_bytes() == before
    assert (
        _run("gradebook", "--csv", "grades.csv").return_value == _run("gradebook", "--csv", "grades.csv").return_value
    )


def test_the_head_of_a_column_can_be_chosen(inside: Path) -> None:
    """As Canvas calls it, without a template."""
    done = _run("gradebook", "--for", "canvas", "--csv", "x.csv", "--column", "tiny=Tiny (4711)")
    assert (inside / "x.csv").read_text().startswith("Student,ID,SIS User ID,SIS Login ID,Section,Tiny (4711)\n")
    assert "as new" not in done.output
    assert "as new" in _run("gradebook", "--for", "canvas", "--csv", "x.csv").output


@pytest.mark.parametrize("target", ["-", "/dev/stdout", "/dev/fd/1", "pipe"])
def test_standard_output_and_pipes_are_written_into(inside: Path, target: str) -> None:
    """Also by root, and never replaced."""
    command = [sys.executable, "-m", "autograder", "gradebook", "--for", "canvas", "--csv", target]
    before = [os.lstat(path).st_ino for path in ("/dev/stdout", "/dev/fd")]
    got = []
    if target == "pipe":
        os.mkfifo(inside / "pipe")
        reader = threading.Thread(target=lambda: got.append((inside / "pipe").read_bytes()), daemon=True)
        reader.start()
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    if target == "pipe":
        reader.join(timeout=60)
    else:
        got.append(done.stdout)
    assert got[0].startswith(b"Student,ID,SIS User ID") and got[0].count(b"\r\n") == 26
    assert [os.lstat(path).st_ino for path in ("/dev/stdout", "/dev/fd")] == before
    assert not (inside / "pipe").exists() or (inside / "pipe").is_fifo()


def test_standard_output_may_be_a_file(inside: Path) -> None:
    """As with ``> grades.csv``: the shell's file gets the lines, and stays the shell's file."""
    with (inside / "out.csv").open("wb") as out:
        node = os.fstat(out.fileno()).st_ino
        command = [sys.executable, "-m", "autograder", "gradebook", "--for", "wide", "--csv", "/dev/stdout"]
        subprocess.run(command, stdout=out, check=True)
    assert (inside / "out.csv").stat().st_ino == node
    assert (inside / "out.csv").read_text(encoding="utf-8-sig").startswith("student,name,section,tiny")


def test_a_full_device_is_one_sentence(inside: Path) -> None:
    """Not a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder", "gradebook", "--csv", "/dev/full"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2 and "/dev/full cannot be written: No space left" in done.stderr
