"""Collecting from the exchange and from zips: whose work it is, and what of it is taken."""

from __future__ import annotations

import datetime
import io
import logging
import os
import pwd
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config, LoggingConfigurable

from autograder.nbgrader_plugs.collect import CarefulCollect, CarefulExtractor, CarefulNames
from autograder.nbgrader_plugs.settings import quiet_logger

NAMES = r".*/(?P<student_id>[^_/]+)_(?P<timestamp>[0-9-]+)_(?P<file_id>\w+)"  # as in docs/instructor.md
WHEN = "2026-11-20 17:30:00.25 UTC"


@pytest.fixture
def inbound(course: Path) -> Path:
    """Where students hand in."""
    (course / "exchange").chmod(0o777)
    (course / "exchange" / "c" / "inbound").mkdir(parents=True)
    return course / "exchange" / "c" / "inbound"


def _hand_in(inbound: Path, name: str, text: str = "{}") -> Path:
    folder = inbound / name
    folder.mkdir()
    (folder / "tiny.ipynb").write_text(text)
    return folder


def _set_time(folder: Path, text: str) -> None:
    """As if the folder and what is in it had been written then."""
    time = datetime.datetime.fromisoformat(text).timestamp()
    for path in (*folder.iterdir(), folder):
        os.utime(path, (time, time))


def _collect(course: Path, log: logging.Logger | None = None, **options: Any) -> dict[str, str]:
    """Runs the plugin; the notebooks that are in ``submitted/`` then, by student."""
    config = Config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.db_url = f"sqlite:///{course / 'gradebook.db'}"
    config.CourseDirectory.course_id = "c"
    config.Exchange.root = str(course / "exchange")
    config.ExchangeCollect.update = True
    for name, value in options.items():
        config.ExchangeCollect[name] = value
    directory = CourseDirectory(config=config, assignment_id="tiny")
    logged = {"log": log} if log else {}
    CarefulCollect(coursedir=directory, config=config, **logged).start()
    return {path.parts[-3]: path.read_text() for path in course.glob("submitted/*/tiny/tiny.ipynb")}


def test_the_latest_submission_is_collected(inbound: Path, course: Path) -> None:
    """With its time from the folder's name, whatever the file says, and the secret that nbgrader put there."""
    _set_time(_hand_in(inbound, f"kim+tiny+{WHEN}+a", "old"), "2026-11-20 17:30:01+00:00")
    later = _hand_in(inbound, "kim+tiny+2026-11-21 08:00:00 UTC+b", "new")
    (later / "timestamp.txt").write_text("2020-01-01 00:00:00 UTC")
    (later / "submission_secret.txt").write_text("5f" * 64)
    _set_time(later, "2026-11-21 08:00:01+00:00")
    assert _collect(course) == {"kim": "new"} == _collect(course)
    folder = course / "submitted" / "kim" / "tiny"
    assert (folder / "timestamp.txt").read_text() == "2026-11-21 08:00:00 UTC"
    assert (folder / "submission_secret.txt").read_text() == "5f" * 64


def test_folders_in_place_of_files_keep_no_work_back(inbound: Path, course: Path) -> None:
    """A time and a secret are put where a student made folders of these names."""
    folder = _hand_in(inbound, f"kim+tiny+{WHEN}+a", "mine")
    (folder / "timestamp.txt" / "x").mkdir(parents=True)
    (folder / "submission_secret.txt").mkdir()
    _set_time(folder, "2026-11-20 17:30:01+00:00")
    assert _collect(course) == {"kim": "mine"}
    collected = course / "submitted" / "kim" / "tiny"
    assert (collected / "timestamp.txt").read_text() == "2026-11-20 17:30:00.250000 UTC"
    assert len((collected / "submission_secret.txt").read_text()) == 128


@pytest.mark.parametrize(
    ("stated", "changed", "counts"),
    [
        ("2026-11-20 17:30:00 UTC", "2026-11-20 17:31:00+00:00", "2026-11-20 17:30:00"),  # copying took a minute
        ("2026-11-20 17:30:00 UTC", "2026-11-21 02:00:00+00:00", "2026-11-21 02:00:00"),  # the name states an old time
        ("2026-11-21 02:30:00 KST", "2026-11-20 17:30:05+00:00", "2026-11-20 17:30:05"),  # not 02:30 UTC
        ("2026-11-21 02:30:00 +0900", "2026-11-20 17:30:05+00:00", "2026-11-20 17:30:00"),
    ],
)
def test_the_time_that_counts(stated: str, changed: str, counts: str, inbound: Path, course: Path) -> None:
    """A student writes the folder's name; a zone's abbreviation is not guessed; either gets one warning."""
    _set_time(_hand_in(inbound, f"kim+tiny+{stated}+a"), changed)
    lines: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    assert _collect(course, quiet_logger(handler)) == {"kim": "{}"}
    assert (course / "submitted" / "kim" / "tiny" / "timestamp.txt").read_text() == f"{counts} UTC"
    warned = [line for line in lines if "the time of the change counts" in line]
    assert len(warned) == (counts != "2026-11-20 17:30:00")
    assert all("kim" in text for text in warned)


def test_a_restored_exchange_is_believed_when_told_so(inbound: Path, course: Path) -> None:
    """All of its folders were changed when they were restored."""
    _set_time(_hand_in(inbound, "kim+tiny+2026-11-20 17:30:00 UTC+a"), "2026-11-29 12:00:00+00:00")
    _collect(course, trust_times=True)
    assert "2026-11-20" in (course / "submitted" / "kim" / "tiny" / "timestamp.txt").read_text()


def test_a_student_cannot_set_the_time_of_a_change_back(
    inbound: Path, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`touch` sets the time of modification; the file system keeps the time of change."""
    folder = _hand_in(inbound, "kim+tiny+2026-11-20 17:30:00 UTC+a")
    _set_time(folder, "2026-11-20 17:30:00+00:00")
    user = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: user + 1)
    _collect(course, check_owner=False)
    assert "2026-11-20" not in (course / "submitted" / "kim" / "tiny" / "timestamp.txt").read_text()


def test_nobody_hands_in_for_another(inbound: Path, course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder counts for its owner, or for whoever collects; without Unix accounts the check can be left off."""
    me = pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setattr(os, "getuid", lambda: 54321)  # the instructor is somebody else
    _hand_in(inbound, f"{me}+tiny+{WHEN}+a", "mine")
    _hand_in(inbound, "lee+tiny+2099-01-01 00:00:00 UTC+b", "forged")
    monkeypatch.setattr("nbgrader.exchange.default.exchange.check_directory", lambda *_, **__: True)
    assert _collect(course) == {me: "mine"}
    assert _collect(course, check_owner=False) == {me: "mine", "lee": "forged"}


def test_a_forged_folder_does_not_stand_before_the_real_one(
    inbound: Path, course: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a later time would replace another's work, or keep it from being collected."""
    _hand_in(inbound, f"kim+tiny+{WHEN}+a", "real")
    forged = _hand_in(inbound, "kim+tiny+2099-01-01 00:00:00 UTC+b", "forged")
    lstat = os.lstat

    def owned_by_another(path: Any, **options: Any) -> os.stat_result:
        status = lstat(path, **options)
        return os.stat_result((*status[:4], 54321, *status[5:])) if str(path) == str(forged) else status

    monkeypatch.setattr("autograder.nbgrader_plugs.collect.os.lstat", owned_by_another)
    assert _collect(course) == {"kim": "real"}


def test_links_bring_nothing_along(inbound: Path, course: Path) -> None:
    """Neither the solutions as a notebook, nor another's folder, nor the course's secret beside it."""
    (course / "solutions.ipynb").write_text("solutions")
    real = _hand_in(inbound, f"kim+tiny+{WHEN}+a", "mine")
    (real / "data.csv").symlink_to(course / "solutions.ipynb")
    linked = _hand_in(inbound, f"lee+tiny+{WHEN}+b")
    (linked / "tiny.ipynb").unlink()
    (linked / "tiny.ipynb").symlink_to(course / "solutions.ipynb")
    (inbound / f"park+tiny+{WHEN}+c").symlink_to(real)
    assert _collect(course) == {"kim": "mine"}
    assert not (course / "submitted" / "kim" / "tiny" / "data.csv").exists()
    assert not (course / "submitted" / "park").exists()


def test_one_submission_stops_no_other(inbound: Path, course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in one submission does not stop the others."""
    from autograder.nbgrader_plugs import collect

    def fail(source: Path, *arguments: Any, **options: Any) -> list[str]:
        if source.name.startswith("kim"):
            raise OSError("disk on fire")
        return copy(source, *arguments, **options)

    copy = collect.copy_plain
    monkeypatch.setattr(collect, "copy_plain", fail)
    for student in ("ahn", "kim", "lee"):
        _hand_in(inbound, f"{student}+tiny+{WHEN}+a")
    assert set(_collect(course)) == {"ahn", "lee"}


class _App(LoggingConfigurable):  # type: ignore[misc]  # traitlets is untyped to us
    """As much of nbgrader's ZipCollectApp as the plugins look at."""

    def __init__(self) -> None:
        super().__init__()
        config = Config()
        config.FileNameCollectorPlugin.named_regexp = NAMES
        self.collector_plugin_inst = CarefulNames(config=config)
        self.coursedir = CourseDirectory(assignment_id="tiny")


@pytest.fixture
def archives(tmp_path: Path) -> Path:
    """The folder for an LMS's archives."""
    (tmp_path / "archive").mkdir()
    return tmp_path / "archive"


def _extract(tmp_path: Path) -> dict[str, str]:
    """Runs the plugin; the extracted files."""
    target = tmp_path / "extracted"
    target.mkdir()
    CarefulExtractor(parent=_App()).extract(str(tmp_path / "archive"), str(target))
    return {str(path.relative_to(target)): path.read_text() for path in target.rglob("*") if path.is_file()}


def _zip(*entries: tuple[str, str | bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def test_a_class_is_unpacked_under_the_names_that_the_lms_gave(archives: Path, tmp_path: Path) -> None:
    """In folders or without, and files that are not notebooks stay where they are."""
    (archives / "class.zip").write_bytes(
        _zip(("kim_1_a.ipynb", "kim"), ("Lee_2/tiny.ipynb", "lee"), ("Lee_2/data.csv", "?"), ("../../x.ipynb", "?"))
    )
    (archives / "park_3_a.ipynb").write_text("park")
    assert _extract(tmp_path) == {
        "class/kim_1_a.ipynb": "kim",
        "class/Lee_2/tiny.ipynb": "lee",
        "park_3_a.ipynb": "park",
    }


def test_a_students_archive_is_one_notebook_by_the_archives_name(archives: Path, tmp_path: Path) -> None:
    """The names in it say nothing about who handed it in."""
    inner = _zip(("lee_9_tiny.ipynb", "forged"))
    (archives / "class.zip").write_bytes(
        _zip(("kim_1_tiny.zip", inner), ("kim_1_two.zip", _zip(("a.ipynb", ""), ("b.ipynb", ""))))
    )
    assert _extract(tmp_path) == {"class/kim_1_tiny.ipynb": "forged"}


def test_several_archives_are_students_where_their_names_say_so(archives: Path, tmp_path: Path) -> None:
    """As when they were downloaded one by one; the others are a class's."""
    (archives / "kim_20261120-173000_tiny.zip").write_bytes(_zip(("lee_9_tiny.ipynb", "kim's")))
    (archives / "section B.zip").write_bytes(_zip(("lee_20261120-180000_tiny.ipynb", "lee's")))
    assert _extract(tmp_path) == {
        "kim_20261120-173000_tiny.ipynb": "kim's",
        "section B/lee_20261120-180000_tiny.ipynb": "lee's",
    }


def test_a_class_has_room_for_so_much(archives: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is beyond is left out, and the others' work is there."""
    monkeypatch.setattr("autograder.nbgrader_plugs.collect.MAX_EXTRACTED_BYTES", 10)
    (archives / "class.zip").write_bytes(_zip(("a.ipynb", "x" * 11), ("b.ipynb", "x"), ("b.ipynb/c.ipynb", "x")))
    assert _extract(tmp_path) == {"class/b.ipynb": "x"}


@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("kim_20261120-173000_tiny.ipynb", "kim"), ("김민준_20261120-173000_tiny.ipynb", "김민준"),
        (".._20261120-173000_tiny.ipynb", None), ("<b>_20261120-173000_tiny.ipynb", None),
        ("kim_9-9-9-9_tiny.ipynb", None), ("kim_20261120-173000_tiny.html", None), ("nothing.ipynb", None),
    ],
)  # fmt: skip
def test_names_give_a_student_and_a_time_or_nothing(name: str, student: str | None) -> None:
    """nbgrader would stop at the first that does not."""
    found = _App().collector_plugin_inst.collect(f"/course/downloaded/{name}")
    assert (found or {}).get("student_id") == student


def test_of_several_attempts_the_last_is_taken(
    archives: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the time, or by the number in the name where there is none; nbgrader would stop at the second file."""
    names = ("kim_20261120-173000_tiny.ipynb", "kim_20261120-173100_tiny.ipynb", "lee_1_tiny.ipynb", "lee_1_tiny.py")
    (archives / "a.zip").write_bytes(_zip(*((name, name) for name in names)))
    (archives / "b.zip").write_bytes(_zip(("kim_20261119-090000_tiny.ipynb", "?"), ("notes.pdf", "?")))
    app = _App()
    log = app.collector_plugin_inst.log
    for name, value in {"propagate": False, "disabled": False, "handlers": [caplog.handler]}.items():
        monkeypatch.setattr(log, name, value)  # whatever another test's application has made of it
    target = tmp_path / "extracted"
    target.mkdir()
    with caplog.at_level("WARNING", log.name):
        CarefulExtractor(parent=app).extract(str(archives), str(target))
    found = {path.name for path in target.rglob("*") if path.is_file()}
    assert found == {"kim_20261120-173100_tiny.ipynb", "lee_1_tiny.ipynb", "lee_1_tiny.py"}
    assert "notes.pdf: only .ipynb, .py and .zip files are" in caplog.text
    assert caplog.text.count("kim_20261120-173100_tiny.ipynb is a later attempt of kim") == 2


def test_times_with_dashes_are_read_whole_and_in_the_courses_zone(course: Path) -> None:
    """Blackboard writes 17:32 as 17-32, of which nbgrader reads 17:00; and names keep one form."""
    settings = course / "course.toml"
    settings.write_text(re.sub('timezone = ".*"', 'timezone = "Asia/Seoul"', settings.read_text()))
    app = _App()
    app.coursedir = CourseDirectory(assignment_id="tiny", root=str(course))
    config = Config()
    config.FileNameCollectorPlugin.named_regexp = NAMES
    found = CarefulNames(config=config, parent=app).collect("/x/김지우_2026-11-20-17-32-00_tiny.ipynb")
    assert found is not None and found["timestamp"] == "2026-11-20 08:32:00 UTC" and found["student_id"] == "김지우"


def test_newer_work_is_not_replaced_by_a_zip(course: Path) -> None:
    """Neither by an older file, nor by one without a time when the work came through the exchange."""
    app = _App()
    app.coursedir = CourseDirectory(assignment_id="tiny", root=str(course))
    config = Config()
    config.FileNameCollectorPlugin.named_regexp = NAMES.replace("(?P<timestamp>[0-9-]+)", "(?P<timestamp>[0-9-]*)")
    names = CarefulNames(config=config, parent=app)
    folder = course / "submitted" / "kim" / "tiny"
    folder.mkdir(parents=True)
    (folder / "timestamp.txt").write_text("2026-11-20 12:00:00 UTC")
    assert names.collect("/x/kim_20261120-115900_tiny.ipynb") is None
    assert names.collect("/x/kim_20261120-120100_tiny.ipynb") and names.collect("/x/kim__tiny.ipynb")
    (folder / "submission_secret.txt").write_text("5f" * 64)
    assert names.collect("/x/kim__tiny.ipynb") is None and names.collect("/x/kim_20261120-120000_tiny.ipynb")
