"""Names in Korean, Chinese and Latin letters."""

from __future__ import annotations

import unicodedata

import pytest

from autograder.lms.names import full_name, name_key, name_keys, split_name


@pytest.mark.parametrize(
    ("full", "first", "last"),
    [
        ("Kim, Minsu", "Minsu", "Kim"), ("김, 민수", "민수", "김"), ("김민수", "민수", "김"), ("김 민수", "민수", "김"),
        ("민수 김", "민수", "김"), ("허준", "준", "허"), ("남궁민수", "민수", "남궁"), ("선우", "우", "선"),
        ("황보 혜", "혜", "황보"), ("毛泽东", "泽东", "毛"), ("Ana Silva", "Ana", "Silva"),
        ("Ana  Maria Silva", "Ana Maria", "Silva"),
        ("Vincent van Gogh", "Vincent", "van Gogh"), ("Madonna", "Madonna", ""), ("", "", ""),
    ],
)  # fmt: skip
def test_a_full_name_is_split(full: str, first: str, last: str) -> None:
    """By the comma, else by the script."""
    assert split_name(full) == (first, last)


def test_a_name_is_put_together_as_its_bearer_writes_it() -> None:
    """The family name first and no blank in Korean."""
    assert [full_name("민수", "김"), full_name("Minsu", "Kim"), full_name("민수", ""), full_name("Ana", "김")] == [
        "김민수", "Minsu Kim", "민수", "Ana 김",
    ]  # fmt: skip


def test_names_are_compared_by_their_letters() -> None:
    """In either order, as learning systems write them."""
    keys = name_keys("민수", "김")
    assert {name_key(text) for text in ("김민수", "김 민수", "민수 김", unicodedata.normalize("NFD", "김민수"))} <= keys
    assert {name_key(text) for text in ("josenunez", "Núñez, José", "José Núñez")} <= name_keys("José", "Núñez")
    assert name_key("Minsu Kim") in name_keys("", "", "Kim, Minsu")
    assert not name_keys("", "")
