"""Importing a class list again, or another system's list of the same class."""

from __future__ import annotations

from autograder.lms.merging import merge_roster
from autograder.lms.roster import Student

KIM = Student("kim", "Minsu", "Kim", "kim@x.kr", (("canvas_id", "12345"),), (("section", "1"),))
LEE = Student("lee", "Ana", "Lee")


def test_added_changed_unchanged_and_absent() -> None:
    """Nobody is removed, and what changed is told."""
    moved = Student("kim", "Minsu", "Kim", "new@x.kr", (("canvas_id", "12345"),), (("section", "2"),))
    merge = merge_roster((KIM, LEE), (moved, Student("park", "지우", "박")))
    assert [student.id for student in merge.students] == ["kim", "lee", "park"]
    assert [student.id for student in merge.added] == ["park"]
    assert [(change.student.id, change.what) for change in merge.changed] == [
        ("kim", ("email: kim@x.kr -> new@x.kr", "section: 1 -> 2")),
    ]
    assert merge.absent == (LEE,)
    again = merge_roster(merge.students, (moved, Student("park", "지우", "박")))
    assert again.unchanged == ("kim", "park") and not again.added and not again.changed


def test_what_a_file_leaves_blank_stays() -> None:
    """So that a second system's file adds its ids only."""
    merge = merge_roster((KIM,), (Student("kim", lms=(("moodle_id_number", "2023001"),)),))
    (kim,) = merge.students
    assert (kim.first_name, kim.email, kim.of("section")) == ("Minsu", "kim@x.kr", "1")
    assert kim.lms == (("canvas_id", "12345"), ("moodle_id_number", "2023001"))


def test_one_student_keeps_one_id() -> None:
    """Known by an id of a learning system, by an id that is another of the file's, or by the address."""
    by_canvas = Student("minsu.kim", lms=(("canvas_id", "12345"), ("canvas_login", "minsu.kim")))
    assert merge_roster((KIM, LEE), (by_canvas,)).kept_ids == (("kim", "minsu.kim"),)
    numbered = Student("2023001", "Minsu", "Kim")
    by_number = Student("kim", lms=(("canvas_login", "kim"), ("canvas_sis_id", "2023001")))
    merge = merge_roster((numbered,), (by_number,))
    assert [student.id for student in merge.students] == ["2023001"] and merge.kept_ids == (("2023001", "kim"),)
    by_address = Student("2023001", "민수", "김", "KIM@x.kr")
    assert [student.id for student in merge_roster((KIM,), (by_address,)).students] == ["kim"]


def test_namesakes_stay_two() -> None:
    """A name is no id."""
    merge = merge_roster((Student("a", "지우", "김"),), (Student("b", "지우", "김"),))
    assert [student.id for student in merge.students] == ["a", "b"]
