"""The replaced functions of nbgrader: copying, reading times, and choosing the formgrader's folder."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tornado.web import HTTPError

from autograder.nbgrader_plugs.gradebook import gradebook_rows
from autograder.nbgrader_plugs.guard import guard_address
from autograder.nbgrader_plugs.record import record
from tests.authoring import tiny


def _copied(course: Path, student: str) -> set[str]:
    folder = course / "autograded" / student / "tiny"
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_nothing_beside_the_notebook_is_copied_but_time_and_secret(
    course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No links, devices, pipes, pages or configurations, and no notebook but the one; the course's own files are."""
    folder = tiny.submit(course, "kim", tiny.GOOD, timestamp="2026-01-01 00:01:00 UTC").parent
    (folder / "submission_secret.txt").write_text("5f" * 64)
    (folder / "zero").symlink_to("/dev/zero")
    (folder / "secret").symlink_to(course / "secret")
    (folder / "folder").symlink_to(course)
    for name in ("page.html", "nbgrader_config.py", "other.ipynb"):
        (folder / name).write_text("<script>")
    os.mkfifo(folder / "pipe")
    monkeypatch.chdir(folder)  # a socket's address has room for 108 characters
    with socket.socket(socket.AF_UNIX) as end:
        end.bind("socket")
    for _ in range(2):  # nbgrader leaves its files without permission to write
        assert [(o.recorded, o.score) for o in record(course, "tiny")] == [(True, 3.5)]
    own = {"checks/test_public.py", "checks/assignment.toml"}
    assert _copied(course, "kim") == {"tiny.ipynb", "timestamp.txt", "submission_secret.txt"} | own


@pytest.mark.parametrize("kind", ["text", "pipe", "zero", "folder"])
def test_an_unreadable_time_leaves_no_work_ungraded(kind: str, course: Path) -> None:
    """The page says what counts in its place, in one note."""
    folder = tiny.submit(course, "kim", tiny.GOOD).parent
    path = folder / "timestamp.txt"
    {
        "text": lambda: path.write_text("a year ago"),
        "pipe": lambda: os.mkfifo(path),
        "zero": lambda: path.symlink_to("/dev/zero"),
        "folder": path.mkdir,
    }[kind]()
    assert [(o.recorded, o.score) for o in record(course, "tiny")] == [(True, 3.5)]
    page = (course / "autograded" / "kim" / "tiny" / "tiny.ipynb").read_text()
    assert page.count("The time in timestamp.txt cannot be read") == 1


def test_a_forged_time_does_not_make_late_work_early(course: Path) -> None:
    """An unreadable timestamp counts from when the file was written."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        gradebook.update_or_create_assignment("tiny", duedate="2026-01-01 00:00:00")
    path = tiny.submit(course, "kim", tiny.GOOD).parent / "timestamp.txt"
    path.write_text("long before the deadline")
    os.utime(path, (1767229200, 1767229200))  # 2026-01-01 01:00 UTC
    record(course, "tiny")
    assert gradebook_rows(course)[0].marks[0].late_s == 3600


class _Handler:
    """As much of the formgrader's handler as is looked at."""

    def __init__(self, path: str, site: str | None):
        self.path = path
        self.request = SimpleNamespace(headers={} if site is None else {"Sec-Fetch-Site": site})

    def get_argument(self, name: str, default: str) -> str:
        return self.path if name == "path" else default

    def get(self) -> str:
        return "loaded"


@pytest.mark.parametrize(
    ("path", "site", "status"),
    [
        ("/home/kim/evil", "cross-site", 403), ("/home/kim/evil", "same-site", 403), ("/course", "same-origin", 200),
        ("/course", "none", 200), ("/course", None, 200), ("", "cross-site", 200),
    ],
)  # fmt: skip
def test_no_other_site_chooses_the_formgraders_folder(path: str, site: str | None, status: int) -> None:
    """nbgrader runs the configuration in it without asking."""
    handler: Any = type("Handler", (_Handler,), {})
    guard_address(handler)
    once = handler.get
    guard_address(handler)
    assert handler.get is once
    try:
        assert handler(path, site).get() == "loaded" and status == 200
    except HTTPError as error:
        assert error.status_code == status
