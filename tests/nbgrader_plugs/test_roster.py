"""The roster: a CSV as Excel and Moodle write it, or a clear error."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.errors import UsageError
from autograder.nbgrader_plugs.roster import RosterEntry, read_roster


def _write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "class.csv"
    path.write_text(text, encoding=encoding)
    return path


def test_a_roster_is_read(tmp_path: Path) -> None:
    """With a byte order mark, quotes, missing fields and spaces."""
    path = _write(tmp_path, 'id, first_name, last_name, email\nkim,지우,김,k@x.kr\nlee, "A, B"\n', "utf-8-sig")
    assert read_roster(path) == (RosterEntry("kim", "지우", "김", "k@x.kr"), RosterEntry("lee", "A, B"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "wanted the columns"),
        ("name\nkim\n", "wanted the columns"),
        ("id,section\nkim,1\n", "wanted the columns"),
        ("id\nkim\nkim\n", "line 3: the id 'kim' occurs twice"),
        ("id\n../kim\n", "line 2"),
        ("id\na+b\n", "line 2"),
        ("id\n..\n", "line 2"),
    ],
)
def test_faulty_rosters_are_named(tmp_path: Path, text: str, message: str) -> None:
    """Ids become folder names, so what could leave a folder is refused."""
    with pytest.raises(UsageError, match=message):
        read_roster(_write(tmp_path, text))


def test_other_encodings_and_missing_files_are_named(tmp_path: Path) -> None:
    """Excel's Korean default is not UTF-8; the message says what to choose."""
    with pytest.raises(UsageError, match="CSV UTF-8"):
        read_roster(_write(tmp_path, "id,first_name\nkim,지우\n", "cp949"))
    with pytest.raises(UsageError, match="does not exist"):
        read_roster(tmp_path / "gone.csv")
