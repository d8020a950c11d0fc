"""nbgrader's own commands work in a course, each in its own process as a user runs them."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from autograder.nbgrader_plugs.gradebook import gradebook_rows
from tests.authoring import tiny

pytestmark = pytest.mark.slow


def _nbgrader(folder: Path, *arguments: str) -> str:
    """Runs one command; its output.  Fails the test when the command fails."""
    paths = [str(Path(__file__).parent), str(Path(__file__).parents[2])]  # the fake engine, the package
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "JUPYTER_DATA_DIR": str(folder / ".jupyter")}
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def _student_folder(course: Path, name: str) -> Path:
    folder = course.parent / name
    folder.mkdir()
    config = (course / "nbgrader_config_student.py").read_text(encoding="utf-8")
    exchange = f"c.Exchange.root = {str(course / 'exchange')!r}\n"  # the fixture's course is a moved copy
    (folder / "nbgrader_config.py").write_text(config + exchange, encoding="utf-8")
    return folder


def test_from_release_to_feedback(course: Path) -> None:
    """Release, fetch, submit twice, collect twice, autograde, feedback, export: the latest submission counts."""
    before = (course / "release" / "tiny" / "tiny.ipynb").read_bytes()
    _nbgrader(course, "generate_assignment", "tiny", "--force")
    assert (course / "release" / "tiny" / "tiny.ipynb").read_bytes() == before
    assert "WARNING" not in _nbgrader(course, "release_assignment", "tiny")
    kim = _student_folder(course, "kim")
    assert "tiny" in _nbgrader(kim, "list")
    _nbgrader(kim, "fetch_assignment", "tiny")
    assert (kim / "tiny" / "checks" / "test_public.py").is_file()
    for sources in ({}, tiny.GOOD):
        tiny.fill(kim / "tiny" / "tiny.ipynb", sources)
        _nbgrader(kim, "submit", "tiny", "--CourseDirectory.student_id=kim")
        _nbgrader(course, "collect", "tiny")
    _nbgrader(course, "autograde", "tiny")
    assert [(row.student, row.marks[0].score) for row in gradebook_rows(course)] == [("kim", 3.5)]
    _nbgrader(course, "generate_feedback", "tiny")
    page = (course / "feedback" / "kim" / "tiny" / "tiny.html").read_text(encoding="utf-8")
    assert "The public title" in page and "2 of 2 points" in page
    _nbgrader(course, "release_feedback", "tiny")
    _nbgrader(kim, "fetch_feedback", "tiny", "--CourseDirectory.student_id=kim")
    assert list(kim.glob("tiny/feedback/*/tiny.html"))
    _nbgrader(course, "export")
    assert ",kim," in (course / "grades.csv").read_text(encoding="utf-8")


def test_autograde_survives_broken_notebooks(course: Path) -> None:
    """nbgrader's own command grades what would crash it without the exporter."""
    tiny.submit(course, "broken", tiny.GOOD).write_bytes(b"\xff{")
    tiny.submit(course, "empty", tiny.GOOD).write_text(
        '{"cells": [{"cell_type": "code", "metadata": {"nbgrader": 1}}]}'
    )
    tiny.submit(course, "good", tiny.GOOD)
    _nbgrader(course, "autograde", "tiny")
    assert {row.student: row.marks[0].score for row in gradebook_rows(course)} == {"broken": 0, "empty": 0, "good": 3.5}
    notebook = nbformat.read(course / "autograded" / "broken" / "tiny" / "tiny.ipynb", 4)
    assert "UTF-8" in notebook.cells[0].source


def test_nbgraders_own_autograding_copies_no_links(course: Path) -> None:
    """The course's configuration puts our functions in the place of nbgrader's."""
    folder = tiny.submit(course, "kim", tiny.GOOD, timestamp="never").parent
    (folder / "secret").symlink_to(course / "secret")
    (folder / "page.html").write_text("<script>")
    os.mkfifo(folder / "pipe")
    _nbgrader(course, "autograde", "tiny")
    assert [row.marks[0].score for row in gradebook_rows(course)] == [3.5]
    copied = {path.name for path in (course / "autograded" / "kim" / "tiny").iterdir()}
    assert copied == {"tiny.ipynb", "timestamp.txt", "checks"}


def test_zips_are_collected_by_the_names_that_the_lms_gave(course: Path) -> None:
    """From the lines of docs/instructor.md to a grade: a notebook, and an archive with another's name in it."""
    pattern = r".*/(?P<student_id>[^_/]+)_(?P<timestamp>[0-9-]+)_(?P<file_id>\w+)"
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"c.FileNameCollectorPlugin.named_regexp = {pattern!r}\n")
    work = shutil.copy(course / "release" / "tiny" / "tiny.ipynb", course.parent / "work.ipynb")
    tiny.fill(work, tiny.GOOD)
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("kim_20991231-000000_tiny.ipynb", "{}")
    folder = course / "downloaded" / "tiny" / "archive"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(folder / "class.zip", "w") as archive:
        archive.write(work, "kim_20261120-173000_tiny.ipynb")
        archive.writestr("lee_20261120-173000_tiny.zip", inner.getvalue())
        archive.writestr("park_20261120-173000_tiny.py", tiny.GOOD["solution-double"])
        archive.writestr("notes.pdf", "%PDF")
    told = _nbgrader(course, "zip_collect", "tiny")
    assert "NOT COLLECTED: notes.pdf" in told
    _nbgrader(course, "zip_collect", "tiny")  # a second time as well
    assert (course / "submitted" / "park" / "tiny" / "tiny.py").is_file()  # for the batch; nbgrader wants notebooks
    _nbgrader(course, "autograde", "tiny")
    assert {row.student: row.marks[0].score for row in gradebook_rows(course)} == {"kim": 3.5, "lee": 0}
    assert "2026-11-20 17:30:00" in (course / "submitted" / "kim" / "tiny" / "timestamp.txt").read_text()
