"""Archives are read entry by entry: names below their folder, in bounds, and one notebook of a student's."""

from __future__ import annotations

import io
import stat
import unicodedata
import zipfile
from pathlib import Path

import pytest

from autograder.errors import SubmissionError
from autograder.intake.archives import entries_of, only_notebook, open_archive, read_entry


def packed(*entries: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


def names(data: bytes) -> list[str]:
    """Names under which the entries are found."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [str(path) for path, _ in entries_of(archive)]


@pytest.mark.parametrize("encoding", ["cp949", "utf-8"])
def test_korean_names_are_read_in_either_encoding(encoding: str) -> None:
    """Windows writes CP949 and macOS UTF-8, and neither says so."""
    raw = "김민준_활성화.ipynb".encode(encoding)
    data = packed(("x" * len(raw), b"{}")).replace(b"x" * len(raw), raw)
    assert names(data) == ["김민준_활성화.ipynb"]


def test_decomposed_names_are_composed() -> None:
    """As macOS packs them."""
    assert names(packed((unicodedata.normalize("NFD", "활성화.ipynb"), b"{}"))) == ["활성화.ipynb"]


def test_entries_that_lead_elsewhere_are_left_out() -> None:
    """Parents, roots, drives, links, devices, and folders."""
    link = zipfile.ZipInfo("link.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    device = zipfile.ZipInfo("device.ipynb")
    device.external_attr = (stat.S_IFCHR | 0o666) << 16
    evil = [(name, b"x") for name in ("../a.ipynb", "/a.ipynb", "C:\\a.ipynb", "a/../../b", "folder/")]
    data = packed(*evil, (link, b"/etc/passwd"), (device, b""), ("a\\good.ipynb", b"{}"))
    assert names(data) == ["a/good.ipynb"]


def test_reading_stops_at_the_limit() -> None:
    """Whatever length an entry claims; and unusual compression, of which little is a lot, is not tried."""
    with zipfile.ZipFile(io.BytesIO(packed(("a", bytes(10**7))))) as archive:
        assert len(read_entry(archive, archive.infolist()[0])) == 10**7
        with pytest.raises(SubmissionError, match="more than 1 MiB"):
            read_entry(archive, archive.infolist()[0], limit=2**20)
    unusual = zipfile.ZipFile(io.BytesIO(packed(("a", b"x"), method=zipfile.ZIP_LZMA)))
    with unusual, pytest.raises(SubmissionError, match="unusual"):
        read_entry(unusual, unusual.infolist()[0])


def test_a_student_packs_one_notebook() -> None:
    """The one by its name, or the only one, in whatever folder; what systems add does not count."""
    extra = (
        ("__MACOSX/._a.ipynb", b"?"),
        ("w/.ipynb_checkpoints/a.ipynb", b"?"),
        ("w/data.csv", b"?"),
        (".a.ipynb", b"?"),
    )
    assert only_notebook(packed(*extra, ("w/mine.ipynb", b"{}")), "a.ipynb") == b"{}"
    assert only_notebook(packed(("w/a.ipynb", b"{}"), ("b.ipynb", b"?")), "a.ipynb") == b"{}"
    for entries in ((), extra, (("b.ipynb", b"?"), ("c.ipynb", b"?")), (("x/a.ipynb", b"?"), ("y/a.ipynb", b"?"))):
        with pytest.raises(SubmissionError, match="notebooks"):
            only_notebook(packed(*entries), "a.ipynb")


@pytest.mark.parametrize("flip", range(0, 400, 3))
def test_damage_is_a_message(flip: int, tmp_path: Path) -> None:
    """A byte changed anywhere: the right content, or a message."""
    whole = bytearray(packed(("a.ipynb", b'{"cells": []}' * 20), ("b.csv", b"x" * 99)))
    whole[flip % len(whole)] ^= 0xFF
    try:
        assert only_notebook(bytes(whole), "a.ipynb") == b'{"cells": []}' * 20
    except SubmissionError as error:
        assert str(error)
    (tmp_path / "a.zip").write_bytes(whole)
    try:
        with open_archive(tmp_path / "a.zip") as archive:
            assert len([read_entry(archive, entry) for _, entry in entries_of(archive)]) <= 2
    except SubmissionError as error:
        assert str(error)


def test_too_many_entries_are_refused_before_they_are_listed() -> None:
    """A list of a million costs a gigabyte."""
    header = b"PK\x01\x02" + bytes(24) + b"\x01\0" + bytes(16) + b"x"
    many = header * 300_000
    end = b"PK\x05\x06" + bytes(4) + b"\xff\xff\xff\xff" + len(many).to_bytes(4, "little") + bytes(6)
    with pytest.raises(SubmissionError, match="entries"):
        only_notebook(many + end, "a.ipynb")
