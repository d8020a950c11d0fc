"""Text from bytes in the encodings that students' programs write."""

from __future__ import annotations

import codecs
import json
from dataclasses import dataclass

UTF8 = "UTF-8"
_NAMES = {"utf-8": UTF8, "utf-8-sig": UTF8, "cp949": "CP949"} | {
    f"utf-{width}{order}": f"UTF-{width}" for width in (16, 32) for order in ("", "-le", "-be")
}


@dataclass(frozen=True)
class Decoded:
    """A file's text and its encoding.

    ``whole`` is False where the file ends in the middle of a character: it was cut off.
    """

    text: str
    encoding: str
    whole: bool = True


def decode(data: bytes) -> Decoded | None:
    """The text of a file, None if it is in no encoding that is known here.

    Unicode is recognised with and without a byte order mark.  What is not valid UTF-8 is tried as CP949, which
    Korean Windows still writes.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    for encoding in (json.detect_encoding(data), "cp949"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            if not _is_cut(error, data):
                continue
            return Decoded(_without_mark(data[: error.start].decode(encoding)), _NAMES[encoding], whole=False)
        return Decoded(_without_mark(text), _NAMES[encoding])
    return None


def _is_cut(error: UnicodeDecodeError, data: bytes) -> bool:
    """Whether the only fault is that the last character is incomplete."""
    ended = error.reason in ("unexpected end of data", "truncated data", "incomplete multibyte sequence")
    return ended and error.end >= len(data) and error.start > 0


def _without_mark(text: str) -> str:
    return text.removeprefix("\ufeff").rstrip("\0")  # a crash while saving can fill a file up with zeros
