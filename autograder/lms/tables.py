"""Reads tables as learning systems export them and as spreadsheets save them.

Theory of operation: the same table comes in several encodings (Excel in Korea saves "CSV" as CP949, "CSV UTF-8" with
a byte order mark, "Unicode Text" as UTF-16) and with several delimiters (a semicolon where the comma is the decimal
sign).  The encoding is told by the mark, then by what decodes without a fault; the delimiter by the first line.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from autograder.errors import UsageError
from autograder.ids import normal_id

MAX_TABLE_BYTES = 32 * 2**20
DELIMITERS = ",;\t"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN = {
    b"PK\x03\x04": "an Excel workbook (.xlsx)",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"%PDF": "a PDF document",
}
_EXCELS_DELIMITER = re.compile(r'"?sep=([,;\t|:])"?\s*', re.IGNORECASE)


@dataclass(frozen=True)
class Row:
    """A line of a table: its number in the file, and a cell for each head."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table with one line of heads; blank lines are left out.

    ``delimiter`` and ``encoding`` are those of the file.
    """

    name: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    delimiter: str = ","
    encoding: str = "utf-8"

    def column(self, head: str) -> int | None:
        """The place of a column, whatever the case, blanks and dashes in its head; None if there is none."""
        places = [place for place, name in enumerate(self.heads) if folded(name) == folded(head)]
        return places[0] if places else None


def read_table(path: Path) -> Table:
    """The table in a file.

    Raises:
        UsageError: the file is missing, is no text, or has no line of heads.
    """
    try:
        with path.open("rb") as stream:
            data = stream.read(MAX_TABLE_BYTES + 1)
    except FileNotFoundError:
        raise UsageError(f"{path} does not exist") from None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > MAX_TABLE_BYTES:
        raise UsageError(f"{path} has more than {MAX_TABLE_BYTES // 2**20} MiB; wanted the table of one class")
    return parse_table(data, str(path))


def parse_table(data: bytes, name: str) -> Table:
    """The table in a file's bytes; ``name`` is for messages.

    Raises:
        UsageError: as ``read_table``.
    """
    text, encoding = decode(data, name)
    text, delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    lines: list[Row] = []
    try:
        lines = [Row(reader.line_num, tuple(map(_clean, cells))) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise UsageError(f"{name}, line {reader.line_num}: {error}; save it as CSV again") from None
    if not lines:
        raise UsageError(f"{name} is empty; wanted a line of heads and a line for each student")
    heads = lines[0].cells
    rows = tuple(Row(row.line, (*row.cells, *[""] * (len(heads) - len(row.cells)))) for row in lines[1:])
    return Table(name, heads, rows, delimiter, encoding)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """A file's text, and its encoding.

    Raises:
        UsageError: it is a workbook, a document, or no text; the message says what to save instead.
    """
    for begin, what in _FOREIGN.items():
        if data.startswith(begin):
            raise UsageError(f'{name} is {what}, not a table in text: in Excel choose "CSV UTF-8" when saving')
    encodings = [encoding for mark, encoding in _MARKS if data.startswith(mark)] or _likely(data)
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return unicodedata.normalize("NFC", text), encoding
    raise UsageError(f'{name} is not text in a known encoding: in Excel choose "CSV UTF-8" when saving')


def folded(head: str) -> str:
    """A head in the form in which heads are compared: lower case, single blanks for ``_`` and ``-``."""
    text = unicodedata.normalize("NFKC", head).casefold().strip("\ufeff\"' *:")
    return " ".join(re.split(r"[\s_-]+", text)).strip()


def _likely(data: bytes) -> list[str]:
    """Encodings to try, in this order, for a text without a mark."""
    zeros = data[:2000].count(0)
    if zeros * 4 > len(data[:2000]):  # every second byte of Latin text in UTF-16
        return ["utf-16-be" if data[:1] == b"\0" else "utf-16-le"]
    return ["utf-8", "cp949", "cp1252"]


def _delimiter(text: str) -> tuple[str, str]:
    """The text without Excel's line ``sep=;``, and the delimiter that the line of heads uses most."""
    first, _, rest = text.lstrip().partition("\n")
    if told := _EXCELS_DELIMITER.fullmatch(first):
        return f"\n{rest}", told.group(1)  # the blank line keeps the numbers of lines
    unquoted = re.sub(r'"[^"]*"', "", first)
    return text, max(DELIMITERS, key=unquoted.count)


def _clean(cell: str) -> str:
    return cell.strip().strip("\ufeff")


def clean_id(text: str) -> str:
    """An id without what spreadsheets put around it: ``="0123"`` keeps its zero, ``#7`` and ``7.0`` are 7."""
    text = normal_id(text)
    if formula := re.fullmatch(r'="(.*)"', text):
        text = formula.group(1)
    text = re.sub(r"^['#](?=[\w=+@-])", "", text)
    return re.sub(r"^(\d+)\.0+$", r"\1", text)
