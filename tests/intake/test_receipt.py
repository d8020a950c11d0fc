"""The time of submission and nbgrader's secret, from small plain files or not at all."""

from __future__ import annotations

import datetime
import os
from pathlib import Path

import pytest

from autograder.intake.receipt import Receipt, parse_time, read_receipt, read_secret, written

NOON = datetime.datetime(2026, 11, 20, 12)


@pytest.mark.parametrize(
    "text",
    ["2026-11-20 12:00:00 UTC", "2026-11-20 12:00:00.000000 UTC", "2026-11-20T12:00:00"],
)
def test_times_are_read_as_nbgrader_reads_them(text: str) -> None:
    """With and without a zone, and what is written is read again."""
    assert parse_time(text) == parse_time(written(NOON)) == NOON


@pytest.mark.parametrize(
    "text", ["", "soon", "99999-13-45", "1" * 60, "1" * 5000, "0001-01-01 00:00:00 +1400", "\ufffd"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    """dateutil raises many kinds of errors for these."""
    assert parse_time(text) is None


def _set(path: Path) -> None:
    os.utime(path, (NOON.replace(tzinfo=datetime.UTC).timestamp(),) * 2, follow_symlinks=False)


@pytest.mark.parametrize("kind", ["text", "large", "binary", "link", "pipe", "folder"])
def test_an_unreadable_time_counts_from_when_it_was_written(kind: str, tmp_path: Path) -> None:
    """Otherwise it would be a way never to be late; no link is followed, and no pipe waited for."""
    path = tmp_path / "timestamp.txt"
    {
        "text": lambda: path.write_text("yesterday evening, I think"),
        "large": lambda: path.write_text("2026-01-01" + " " * 100_000),
        "binary": lambda: path.write_bytes(b"\xff\xfe"),
        "link": lambda: path.symlink_to("/dev/zero"),
        "pipe": lambda: os.mkfifo(path),
        "folder": path.mkdir,
    }[kind]()
    _set(path)
    receipt = read_receipt(tmp_path)
    assert receipt.time == NOON and "timestamp.txt" in receipt.note


def test_no_file_is_no_time(tmp_path: Path) -> None:
    """Nor is one in a folder that is a link."""
    assert read_receipt(tmp_path) == Receipt(None)
    (tmp_path / "timestamp.txt").write_text(written(NOON))
    (tmp_path / "link").symlink_to(tmp_path)
    assert read_receipt(tmp_path / "link") == Receipt(None)
    assert read_receipt(tmp_path) == Receipt(NOON)


def test_secrets_are_what_nbgrader_writes(tmp_path: Path) -> None:
    """Letters and digits of some length, in a plain file."""
    path = tmp_path / "submission_secret.txt"
    assert read_secret(tmp_path) == ""
    for text in ("short", "a" * 5000, "two lines\n" * 4, "\udcff" * 64):
        path.write_text(text, errors="surrogateescape")
        assert read_secret(tmp_path) == ""
    path.write_text("5f" * 64)
    assert read_secret(tmp_path) == "5f" * 64
    path.rename(tmp_path / "other")
    path.symlink_to(tmp_path / "other")
    assert read_secret(tmp_path) == ""


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf2026-11-20 12:00:00 UTC",
        b"2026-11-20 12:00:00 UTC\r\n",
        "2026-11-20 21:00 +0900\r\n".encode("utf-16"),
    ],
)
def test_a_time_may_come_from_windows(data: bytes, tmp_path: Path) -> None:
    """With a byte order mark or CRLF."""
    (tmp_path / "timestamp.txt").write_bytes(data)
    assert read_receipt(tmp_path) == Receipt(NOON)


@pytest.mark.parametrize(
    ("text", "english", "korean"),
    [
        ("2026-11-20 12:00:00 KST", "KST in timestamp.txt is ambiguous (write +09:00 or Asia/Seoul)", "KST"),
        ("", "timestamp.txt is empty", "비어"),
        ("\r\n", "timestamp.txt is empty", "비어"),
    ],
)
def test_a_time_that_cannot_be_used_gets_a_note(text: str, english: str, korean: str, tmp_path: Path) -> None:
    """An empty file once meant "never late"."""
    path = tmp_path / "timestamp.txt"
    path.write_text(text)
    _set(path)
    assert read_receipt(tmp_path).time == NOON
    assert english in read_receipt(tmp_path).note
    assert korean in read_receipt(tmp_path, "ko").note
