"""Tables as spreadsheets save them: encodings, delimiters, ends of lines, and what is no table."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.lms.tables import Table, clean_id, folded, parse_table, read_table

TEXT = "id,name,section\nkim,김지우,1\nlee,Ana Silva,2\n"


def _cells(table: Table) -> list[tuple[str, ...]]:
    return [table.heads, *(row.cells for row in table.rows)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_way_to_save_gives_the_same_table(encoding: str, delimiter: str, end: str) -> None:
    """Excel in Korea and Europe, Numbers, LibreOffice, and a UTF-16 export without its mark."""
    data = TEXT.replace(",", delimiter).replace("\n", end).encode(encoding)
    assert _cells(parse_table(data, "x")) == [
        ("id", "name", "section"),
        ("kim", "김지우", "1"),
        ("lee", "Ana Silva", "2"),
    ]


def test_western_excel_saves_cp1252() -> None:
    """What is neither UTF-8 nor Korean is Western European."""
    assert parse_table("id,name\nk,José Núñez\n".encode("cp1252"), "x").rows[0].cells == ("k", "José Núñez")


def test_quotes_blank_lines_short_lines_and_excels_own_first_line() -> None:
    """Commas in quotes are text; a line keeps its number in the file."""
    table = parse_table(b'sep=;\r\n"id";" name"\r\n\r\n;;\r\n kim ;"Kim; Minsu"\r\nlee\r\n', "x")
    assert _cells(table) == [("id", "name"), ("kim", "Kim; Minsu"), ("lee", "")]
    assert [row.line for row in table.rows] == [5, 6]


def test_names_are_composed() -> None:
    """macOS writes 김 as three letters."""
    assert parse_table("이름\n김지우".encode(), "x").heads == ("이름",)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04rest", 'Excel workbook .*"CSV UTF-8"'),
        (b"\xd0\xcf\x11\xe0rest", 'old Excel workbook .*"CSV UTF-8"'),
        (b"%PDF-1.7", "PDF"),
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"id,\x81\xff\x8d\x00\n", "known encoding"),
    ],
)
def test_what_is_no_table_is_said(data: bytes, message: str, tmp_path: Path) -> None:
    """With what to save instead."""
    (tmp_path / "class.xlsx").write_bytes(data)
    with pytest.raises(UsageError, match=message):
        read_table(tmp_path / "class.xlsx")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """And so is a folder."""
    with pytest.raises(UsageError, match=r"gone\.csv does not exist"):
        read_table(tmp_path / "gone.csv")
    with pytest.raises(UsageError, match="cannot be read"):
        read_table(tmp_path)


def test_heads_and_ids_have_one_form() -> None:
    """Whatever their case, dashes and width; a number saved as text stays one."""
    assert {folded(head) for head in ("SIS Login ID", "sis_login_id", " Sis-Login  Id ", "ＳＩＳ login id")} == {
        "sis login id"
    }
    assert [clean_id(text) for text in ('="0123"', "2023001.0", "'007", "a.0", " k  im ")] == [
        "0123", "2023001", "007", "a.0", "k im",
    ]  # fmt: skip
