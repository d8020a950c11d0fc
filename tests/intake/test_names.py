"""Names from outside: which are a student's, and where a path in an archive leads."""

from __future__ import annotations

import pytest

from autograder.intake.names import is_student_id, relative_parts, shown


@pytest.mark.parametrize(
    "name", ["kim", "20261234", "kim.minjun@sunmoon.ac.kr", "김민준", "Kim Min-jun", "a_b", "@kim"]
)
def test_students_have_such_ids(name: str) -> None:
    """Account names, numbers, addresses, and names as an LMS writes them."""
    assert is_student_id(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".",
        "..",
        ".kim",
        "a/b",
        "a+b",
        "a*",
        "[a]",
        "<b>",
        "a&b",
        "a\nb",
        "a\0",
        "\u202ea",
        "\udcff",
        "a" * 65,
        " a",
        "a ",
    ],
)
def test_nobody_has_such_ids(name: str) -> None:
    """They would lead out of a folder, match others, or be HTML on a page."""
    assert not is_student_id(name)


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a.ipynb", ("a.ipynb",)), ("과제/a b.ipynb", ("과제", "a b.ipynb")), ("./a//b", ("a", "b")),
        ("a\\b", ("a", "b")),
        ("a\x1b[2J", ("a?[2J",)), ("", None), ("/", None), (".", None), ("/etc/passwd", None), ("../a", None),
        ("a/../../b", None), ("..\\a", None), ("\\a", None), ("C:\\a", None), ("c:a", None), ("가" * 100, None),
    ],
)  # fmt: skip
def test_paths_stay_below_their_folder(path: str, parts: tuple[str, ...] | None) -> None:
    """By either slash, and no drive, no root and no parent."""
    assert relative_parts(path) == parts


def test_names_are_shown_in_one_line() -> None:
    """Printable and short, whatever they hold."""
    assert shown("a\n\x1b[2J\u202e\udcff" + "b" * 200).isprintable()
    assert len(shown("b" * 200)) == 100
