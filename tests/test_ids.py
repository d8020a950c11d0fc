"""The one rule for students' ids."""

from __future__ import annotations

import unicodedata

import pytest

from autograder.ids import is_student_id, normal_id


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
