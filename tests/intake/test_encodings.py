"""Text is read in every encoding that students' programs write, and a file that was cut off is known."""

from __future__ import annotations

import pytest

from autograder.intake.encodings import Decoded, decode

TEXT = '{"a": "한글 값"}\n'
NAMES = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8", "cp949": "CP949", "utf-16": "UTF-16", "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16", "utf-32": "UTF-32", "utf-32-le": "UTF-32",
}  # fmt: skip


@pytest.mark.parametrize("encoding", NAMES)
def test_the_encoding_is_recognised(encoding: str) -> None:
    """With and without a byte order mark."""
    assert decode(TEXT.encode(encoding)) == Decoded(TEXT, NAMES[encoding])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_cut_character_is_no_other_encoding(encoding: str) -> None:
    """What comes before it is the text."""
    data = TEXT.encode(encoding)
    cut = decode(data[: len('{"a": "한'.encode(encoding)) + 1])
    assert cut == Decoded('{"a": "한', NAMES[encoding], whole=False)


@pytest.mark.parametrize("data", [b"x = '\xe9'", b"\xff", b"\x80abc"])
def test_other_bytes_are_no_text(data: bytes) -> None:
    """Nothing is guessed."""
    assert decode(data) is None
