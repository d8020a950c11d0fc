"""The one rule for students' ids."""

from __future__ import annotations

import unicodedata

import pytest

from autograder.ids import is_same_id, is_student_id, lookalikes, normal_id


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
    """Such ids would lead out of a folder, match other students, or be HTML on a page."""
    assert not is_student_id(name)


@pytest.mark.parametrize("name", ["김지우", "José", "kim"])
def test_one_id_has_one_form(name: str) -> None:
    """A name that macOS wrote in parts is the same id, and a blank around it does not count."""
    assert normal_id(f" {unicodedata.normalize('NFD', name)} ") == name
    assert is_student_id(normal_id(unicodedata.normalize("NFD", name)))


def test_blanks_inside_count_once() -> None:
    """Also those of another width, as two systems may write a name."""
    assert normal_id("Kim \u3000 Minsu\u00a0") == "Kim Minsu" and is_same_id("Kim  Minsu", "Kim Minsu")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kim", "Kim"), ("kim", "k\u0456m"), ("kim", "k\u03b9m"),
        ("kim", "ｋｉｍ"), ("jose", "josé"), ("kim01", "kimO1"),
        ("kim1", "kiml"), ("kimI", "kiml"), ("a b", "ab"), ("АВС", "ABC"), ("ΑΒΕ", "ABE"), ("kim", "kım"),
    ],
)  # fmt: skip
def test_ids_that_look_alike_are_found(one: str, other: str) -> None:
    """Case, accents, blanks, width, other scripts, and digits for letters."""
    assert lookalikes(["lee", one, "park", other]) == (tuple(sorted((one, other))),)


def test_ids_that_differ_to_the_eye_are_not() -> None:
    """And one id in two forms is one id."""
    ids = ["2023001", "2023010", "kim", "kin", "kim2", "김지우", "김지후", "lee.a", "lee-a", "kimi", "kiml"]
    assert lookalikes(ids) == ()
    assert lookalikes(["김지우", unicodedata.normalize("NFD", "김지우"), "김지우"]) == ()
