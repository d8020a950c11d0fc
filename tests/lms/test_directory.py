"""Whose a file is: by the learning system's ids first, and by name only where nobody else has it."""

from __future__ import annotations

from autograder.lms.directory import Directory
from autograder.lms.layouts import Claim
from autograder.lms.roster import Student
from autograder.lms.worksheet import Participant

ROSTER = (Student("kim", "Minsu", "Kim", "kim@x.kr"), Student("lee", "Jihye", "Lee", "lee@x.kr"))
KIM = Participant("1001", "Minsu Kim", "KIM@x.kr")
NEW = Participant("1002", "Minsu Kim", "kim2@x.kr")
LEE = Participant("1003", "Jihye Lee", "jihye@home.kr")


def claim(number: str) -> Claim:
    """Of a file in Moodle's download."""
    return Claim("tiny.ipynb", "participant", number, "Minsu Kim")


def test_a_namesake_who_is_not_in_the_roster_is_nobody_in_it() -> None:
    """Two participants of one name, one of them known by the e-mail: the other one's work is not the first one's."""
    directory = Directory(ROSTER, (KIM, NEW, LEE))
    assert directory.owner(claim("1001")).id == "kim"
    other = directory.owner(claim("1002"))
    assert other.id == "kim2" and not other.listed and "not in the roster" in other.remark


def test_a_name_that_only_one_has_is_enough() -> None:
    """With another e-mail than the roster's, as private ones are."""
    assert Directory(ROSTER, (KIM, LEE)).owner(claim("1003")).id == "lee"
    assert Directory(ROSTER, (NEW,)).owner(claim("1002")).id == "kim"
