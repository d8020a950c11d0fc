"""What a file really is, by its first bytes, whatever its name says."""

from __future__ import annotations

import re

ZIP = "zip"
PYTHON = "python"
_SIGNS = (
    (b"%PDF", "pdf"),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),  # without entries
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"{\\rtf", "office"),
    (b"\xd0\xcf\x11\xe0", "office"),  # Word and Hangul before they used zip
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
)
_OF_TELEPHONES = tuple(b"ftyp" + brand for brand in (b"heic", b"heix", b"mif1", b"msf1", b"avif"))
_IN_DOCUMENTS = ("[Content_Types].xml", "mimetype")  # docx, xlsx, pptx; hwpx, odt
_PAGE = re.compile(r"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_PROGRAM = re.compile(
    r"^(?:def|class|import|from|async def)[ \t]+\w|^# ?(?:%%|In\[)|^@\w|^#!.{0,40}python", re.MULTILINE
)


def kind_of_bytes(data: bytes) -> str:
    """``zip``, ``pdf``, ``image``, ``office`` or ``archive``; "" for what may be text."""
    if data[4:12] in _OF_TELEPHONES or (data[:4] == b"RIFF" and data[8:12] == b"WEBP"):
        return "image"
    start = data[:64].lstrip()
    return next((kind for sign, kind in _SIGNS if start.startswith(sign)), "")


def kind_of_text(text: str) -> str:
    """``html`` for a page, ``python`` for a program; "" for anything else."""
    if _PAGE.match(text):
        return "html"
    return PYTHON if not text.lstrip().startswith(("{", "[", "<")) and _PROGRAM.search(text) else ""


def is_document(names: list[str]) -> bool:
    """Whether a zip with these entries is a document of an office program."""
    return any(name in _IN_DOCUMENTS for name in names)
