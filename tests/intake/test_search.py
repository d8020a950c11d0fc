"""The search for a student's work is bounded, follows no links, and is not made where it is not needed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder.config import load_assignment
from autograder.intake import read_submission, search, work
from autograder.intake.search import candidates_in
from tests.intake import handed_in as h
from tests.intake.handed_in import RELEASED, WANTED, changed, put, solved, stored, untouched
from tests.intake.test_handed_in import ASSIGNMENT


def _names(folder: Path) -> list[str]:
    return [candidate.name for candidate in candidates_in(folder)]


def test_a_normal_submission_needs_no_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One file is opened, and no folder is listed."""
    stored(solved())(tmp_path)
    monkeypatch.setattr(work, "candidates_in", lambda *_: pytest.fail("searched"))
    assert len(read_submission(tmp_path, RELEASED, ASSIGNMENT).chunks) == 7


def test_best_and_nearest_come_first_and_the_courses_own_files_not_at_all(tmp_path: Path) -> None:
    """What was released with the notebook, what systems add, and hidden files are nobody's work."""
    for name in (
        "b.py", "z.ipynb", "sub/a.ipynb", "data.json", ".ipynb_checkpoints/z-checkpoint.ipynb", "checks/x.ipynb",
        "checks/test_public.py", "test_mine.py", "conftest.py", ".hidden.ipynb", ".git/a.ipynb", "__MACOSX/a.ipynb",
        "timestamp.txt", "submission_secret.txt", "picture.png", "venv/lib/site-packages/a.py",
    ):  # fmt: skip
        put(name, b"{}")(tmp_path)
    assert _names(tmp_path) == ["z.ipynb", "sub/a.ipynb", "data.json", ".ipynb_checkpoints/z-checkpoint.ipynb", "b.py"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    """Neither to a folder nor to a file, and a folder that contains itself ends."""
    put("elsewhere/a.ipynb", b"{}")(tmp_path)
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "folder").symlink_to(tmp_path / "elsewhere")
    (inbox / "file.ipynb").symlink_to(tmp_path / "elsewhere" / "a.ipynb")
    (inbox / "loop").symlink_to(inbox)
    assert _names(inbox) == []


def test_depth_entries_and_candidates_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Much of anything costs little."""
    put("1/2/3/4/in.ipynb", b"{}")(tmp_path)
    put("1/2/3/4/5/out.ipynb", b"{}")(tmp_path)
    assert _names(tmp_path) == ["1/2/3/4/in.ipynb"]
    for number in range(40):
        put(f"{number:02}.ipynb", b"{}")(tmp_path)
        put(f"{number:02}.zip", h.packed((f"{number}.py", b"")))(tmp_path)
    found = _names(tmp_path)
    assert len([name for name in found if ".ipynb" in name]) == search.MAX_CANDIDATES
    assert len([name for name in found if ".zip/" in name]) == search.MAX_ARCHIVES
    monkeypatch.setattr(search, "MAX_ENTRIES", 5)
    assert len(_names(tmp_path)) <= 5


def test_empty_folders_count_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tree of folders without a file costs no more than one of files."""
    for number in range(100):
        (tmp_path / f"{number // 10}" / f"{number % 10}").mkdir(parents=True)
    put("last/a.ipynb", b"{}")(tmp_path)
    assert _names(tmp_path) == ["last/a.ipynb"]
    monkeypatch.setattr(search, "MAX_ENTRIES", 20)
    assert _names(tmp_path) == []


def test_archives_in_archives_stay_closed(tmp_path: Path) -> None:
    """One level is what people do by mistake; the message says what to do."""
    inner = h.packed((WANTED, h.text(solved()).encode()))
    put(WANTED, h.packed((f"{WANTED}.zip", inner)))(tmp_path)
    submission = read_submission(tmp_path, RELEASED, ASSIGNMENT)
    assert submission.chunks == () and "a zip archive, not a notebook" in submission.notes[0]


@pytest.mark.parametrize("data", [b"PK\x03\x04" + b"?" * 100, h.packed(("report.pdf", b"%PDF"))])
def test_an_archive_without_a_notebook_is_a_message(data: bytes, tmp_path: Path) -> None:
    """Damaged, or of other files."""
    put(WANTED, data)(tmp_path)
    submission = read_submission(tmp_path, RELEASED, ASSIGNMENT)
    assert submission.chunks == () and WANTED in submission.notes[0]


def test_a_program_under_a_second_name_is_no_notebook(tmp_path: Path) -> None:
    """A hard link named like the notebook may lead to the reference solution."""
    (tmp_path / "reference.py").write_text(h.REFERENCE, encoding="utf-8")
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    os.link(tmp_path / "reference.py", inbox / WANTED)
    submission = read_submission(inbox, RELEASED, ASSIGNMENT)
    assert submission.chunks == () and "a Python program, not a notebook" in submission.notes[0]


def test_the_choice_does_not_depend_on_the_order_of_the_folder(tmp_path: Path) -> None:
    """Of copies with equal work the first by name is graded, whenever it was written."""
    for folder, names in ((tmp_path / "1", "ab"), (tmp_path / "2", "ba")):
        folder.mkdir()
        for name in names:
            stored(solved(), f"{name}.ipynb")(folder)
    first, second = (read_submission(tmp_path / name, RELEASED, ASSIGNMENT, label="x") for name in "12")
    assert first == second and "a.ipynb" in first.notes[0]


def test_a_released_copy_in_another_folder_is_not_taken_for_work(tmp_path: Path) -> None:
    """Damaged work beside the release stays damaged: nothing else was handed in."""
    put(WANTED, b'{"cells": [')(tmp_path)
    stored(untouched(), f"release/{WANTED}")(tmp_path)
    submission = read_submission(tmp_path, RELEASED, ASSIGNMENT)
    assert submission.chunks == () and "damaged" in submission.notes[0]


def test_reading_ends_when_much_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes after is not opened, however small."""
    stored(solved(), "a.ipynb")(tmp_path)
    stored(untouched(), "b.ipynb")(tmp_path)
    monkeypatch.setattr(work, "MAX_READ_BYTES", (tmp_path / "a.ipynb").stat().st_size)
    monkeypatch.setattr(work, "read_content", _only_for("a.ipynb", work.read_content))
    assert len(read_submission(tmp_path, RELEASED, ASSIGNMENT).chunks) == 7


def _only_for(wanted: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def checked(name: str, *rest: Any) -> Any:
        assert name == wanted
        return function(name, *rest)

    return checked


def test_a_form_filled_in_as_a_program_stands_in_for_an_untouched_one(tmp_path: Path) -> None:
    """The survey asks for a variable and for no function."""
    survey = load_assignment(h.ROOT / "assignments", "survey")
    released = h.ROOT / "release" / "en" / "survey" / "survey.ipynb"
    put("survey.ipynb", released.read_bytes())(tmp_path)
    put("mine.py", b'answers = {"satisfaction": 5}\n')(tmp_path)
    submission = read_submission(tmp_path, released, survey)
    assert [chunk.name for chunk in submission.chunks] == ["mine.py"] and "mine.py" in submission.notes[0]


def test_there_are_at_most_twenty_notes(tmp_path: Path) -> None:
    """Whatever was done to a notebook."""

    def change(notebook: h.Notebook) -> None:
        for number in range(30):
            extra = h.code_cell("x = 1") | {"metadata": {"nbgrader": {"grade_id": f"solution-{number}"}}}
            notebook["cells"].append(extra)

    stored(changed(change))(tmp_path)
    for language in ("en", "ko"):
        assert len(read_submission(tmp_path, RELEASED, ASSIGNMENT, language=language).notes) == 20
