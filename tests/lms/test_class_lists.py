"""Class lists of each learning system and of instructors."""

from __future__ import annotations

import pytest

from autograder.errors import UsageError
from autograder.lms.class_lists import ClassList, read_class_list
from autograder.lms.roster import Student
from autograder.lms.tables import parse_table

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Activations (4711),Current Score
    Points Possible,,,,,100,(read only)
"Kim, Minsu",12345,2023001,kim,CS101-01,90,90
김지우,12346,2023002,jiwoo,CS101-02,,
"Student, Test",999,,8a6f,CS101-01,,
"""
MOODLE = """\
First name,Last name,ID number,Institution,Department,Email address,Assignment: Activations (Real),Last downloaded from this course
Minsu,Kim,2023001,Sun Moon,Radiology,Kim@x.kr,-,1700000000
지우,김,2023002,,,jiwoo@x.kr,90.00,1700000000
"""  # noqa: E501
BLACKBOARD = (
    '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Last Access"\t"Availability"\t'
    '"Activations [Total Pts: 100 Score] |123"\n"Kim"\t"Minsu"\t"kim01"\t"2023001"\t"2026"\t"Yes"\t""\n'
)
PLAIN = "학번,이름,이메일,분반,조\n2023001,김민수,kim@x.kr,01,A\n2023002,남궁지우,,02,\n"


def _read(text: str, system: str | None = None, id_column: str | None = None) -> ClassList:
    return read_class_list(parse_table(text.encode(), "class.csv"), system, id_column)


def test_canvas() -> None:
    """The sign-in name is the id; the points possible and the test student are nobody; grades are not kept."""
    found = _read(CANVAS)
    assert found.system == "canvas"
    assert found.students == (
        Student(
            "kim", "Minsu", "Kim", "",
            (("canvas_id", "12345"), ("canvas_login", "kim"),
             ("canvas_name", "Kim, Minsu"), ("canvas_sis_id", "2023001")),
            (("section", "CS101-01"),),
        ),
        Student(
            "jiwoo", "지우", "김", "",
            (("canvas_id", "12346"), ("canvas_login", "jiwoo"),
             ("canvas_name", "김지우"), ("canvas_sis_id", "2023002")),
            (("section", "CS101-02"),),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("column", "ids"), [("ID", ["12345", "12346"]), ("sis user id", ["2023001", "2023002"]), (None, ["kim", "jiwoo"])]
)
def test_another_column_may_hold_the_id(column: str | None, ids: list[str]) -> None:
    """By its head, in any case; the other ids are kept all the same."""
    students = _read(CANVAS, id_column=column).students
    assert [student.id for student in students] == ids
    assert [student.of("canvas_login") for student in students] == ["kim", "jiwoo"]


def test_canvas_without_sign_in_names() -> None:
    """An instructor without the right to see them; a guest who has none."""
    assert [s.id for s in _read("Student,ID,Section\n,,\nKim,12345,1\nLee,12346,1\n").students] == ["12345", "12346"]
    found = _read("Student,ID,SIS Login ID,Section\nKim,1,kim,1\nPark,2,park,1\nGuest,3,,1\n")
    assert [student.id for student in found.students] == ["kim", "park", "3"]
    assert found.remarks == ("line 4: no SIS Login ID; the id is 3",)


def test_moodle() -> None:
    """The ID number is the id where there is no user name; addresses keep their case, grades are left out."""
    found = _read(MOODLE)
    assert found.system == "moodle"
    first, second = found.students
    assert (first.id, first.first_name, first.last_name, first.email) == ("2023001", "Minsu", "Kim", "Kim@x.kr")
    assert first.extra == (("Institution", "Sun Moon"), ("Department", "Radiology"))
    assert (second.id, second.of("moodle_id_number")) == ("2023002", "2023002")


def test_moodles_participants_have_addresses_only() -> None:
    """What stands before the @ is the id, where it is nobody else's."""
    text = "First name,Last name,Email address,Groups\nMinsu,Kim,kim@x.kr,A\nAna,Kim,kim@y.kr,B\nJiwoo,Lee,lee@x.kr,A\n"
    found = _read(text)
    assert [student.id for student in found.students] == ["kim@x.kr", "kim@y.kr", "lee"]
    assert [student.of("group") for student in found.students] == ["A", "B", "A"]


def test_moodles_grading_worksheet_is_a_class_list_too() -> None:
    """With one column for the name."""
    text = "Identifier,Full name,Email address,Status,Grade\nParticipant 77,김지우,jiwoo@x.kr,,\n"
    assert [(s.id, s.first_name, s.last_name) for s in _read(text).students] == [("jiwoo", "지우", "김")]


def test_blackboard() -> None:
    """Tab-separated, with its columns of grades."""
    found = _read(BLACKBOARD)
    assert found.system == "blackboard"
    names = (("blackboard_student_id", "2023001"), ("blackboard_username", "kim01"))
    assert found.students == (Student("kim01", "Minsu", "Kim", "", names),)


def test_a_plain_list_in_korean() -> None:
    """이름 alone is the whole name; section and group are kept in order."""
    assert _read(PLAIN) == ClassList(
        "plain",
        (
            Student("2023001", "민수", "김", "kim@x.kr", (), (("section", "01"), ("group", "A"))),
            Student("2023002", "지우", "남궁", "", (), (("section", "02"), ("group", ""))),
        ),
    )


@pytest.mark.parametrize(
    "heads",
    [
        "id,first_name,last_name,email", "ID,First Name,Surname,E-mail", "Student Number,이름,성,이메일",
        "로그인 ID,given name,Family-Name,mail",
    ],
)  # fmt: skip
def test_heads_have_many_names(heads: str) -> None:
    """In any case and either language."""
    assert _read(f"{heads}\nkim,Minsu,Kim,k@x.kr\n").students == (Student("kim", "Minsu", "Kim", "k@x.kr"),)


def test_unknown_heads_are_answered_with_what_is_wanted() -> None:
    """And with what was found; --id helps."""
    with pytest.raises(UsageError, match=r"(?s)'nickname', 'score'.*Student, ID, SIS User ID.*학번.*--id"):
        _read("nickname,score\nkim,1\n")
    assert _read("nickname,score\nkim,1\n", id_column="Nickname").students[0].id == "kim"
    with pytest.raises(UsageError, match="no column 'nick'; it has: nickname, score"):
        _read("nickname,score\nkim,1\n", id_column="nick")
    with pytest.raises(UsageError, match="Student, ID, SIS User ID"):
        _read("nickname,score\nkim,1\n", "canvas")


def test_all_bad_lines_are_named() -> None:
    """Not only the first."""
    with pytest.raises(UsageError) as raised:
        _read("id\nkim\n../x\nkim\na+b\n")
    message = str(raised.value)
    assert "line 3: '../x' is not" in message and "line 4: the id 'kim' occurs twice (first in line 2)" in message
    assert "line 5: 'a+b' is not" in message and "--id (id)" in message


def test_a_list_without_students_is_refused() -> None:
    """Rather than said to be imported."""
    with pytest.raises(UsageError, match="lists no students"):
        _read("id,name\n")


def test_a_second_id_in_a_plain_list_is_kept() -> None:
    """Files and grades may come under either."""
    (student,) = _read("학번,아이디,이름\n2023001,kim,김민수\n").students
    assert (student.id, student.lms) == ("2023001", (("login", "kim"),))
    (student,) = _read("학번,아이디,이름\n2023001,kim,김민수\n", id_column="아이디").students
    assert (student.id, student.lms) == ("kim", (("login", "kim"), ("student_number", "2023001")))


@pytest.mark.parametrize(
    "text",
    [
        "OrgDefinedId,Last Name,First Name,End-of-Line Indicator\n#2023001,Kim,Minsu,#\n",
        "Name,SID\nMinsu Kim,2023001\n",
    ],
)
def test_lists_of_brightspace_and_gradescope_are_plain_ones(text: str) -> None:
    """Their number is the id."""
    assert _read(text).students == (Student("2023001", "Minsu", "Kim"),)
