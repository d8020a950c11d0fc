"""Names from outside: how they are shown, and where a path in an archive leads."""

from __future__ import annotations

import unicodedata

import pytest

from autograder.intake.names import relative_parts, shown


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


def test_hangul_that_macos_took_apart_is_composed() -> None:
    """In messages and in paths, where it would be twice as long and another name."""
    apart = unicodedata.normalize("NFD", "활성화" * 20)
    assert shown(apart) == "활성화" * 20
    assert relative_parts(f"과제/{apart}") == ("과제", "활성화" * 20)
