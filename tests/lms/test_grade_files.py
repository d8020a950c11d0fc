"""The grades of the class of 24 in each learning system's form, byte by byte; and what the forms have in common.

``python -m tests.lms.test_grade_files`` writes the expected files anew; read the difference before committing it.
"""

from __future__ import annotations

import csv
import dataclasses
import io
from pathlib import Path

import pytest

from autograder.config import Total
from autograder.errors import UsageError
from autograder.lms.class_lists import read_class_list
from autograder.lms.grade_files import lms_file
from autograder.lms.grade_tables import long_file, wide_file
from autograder.lms.grades import GradeFile, Grades
from autograder.lms.names import full_name
from autograder.lms.roster import Student
from autograder.lms.tables import Table, parse_table
from autograder.lms.templates import filled_file
from autograder.reports.overview import GradebookRow, Mark, MarkStatus
from tests.lms import classroom
from tests.lms.classroom import BY_LOGIN, CLASS, LATE, MISSING, PAPER, Person

EXPECTED = Path(__file__).with_name("expected")
LISTS = {
    "canvas": classroom.canvas_list(), "moodle": classroom.moodle_list(), "blackboard": classroom.blackboard_list(),
    "plain": classroom.plain_list(),
}  # fmt: skip
TITLES = {"tiny": ("Tiny", "작은 과제"), "other": ("다른 과제", "Other")}


def _mark(person: Person) -> Mark:
    """Scores of every kind: 0, hundredths, late, missing, ungraded, not yet marked."""
    if person in MISSING:
        return Mark("tiny", MarkStatus.MISSING, max_score=6.5)
    if person is PAPER:
        return Mark("tiny", MarkStatus.UNGRADED, max_score=6.5)
    status = MarkStatus.NEEDS_MARKING if person.login == "lee" else MarkStatus.GRADED
    score = 0.0 if person.login == "jiwoo1" else round(person.seat / 4 + 1 / 3, 2)
    penalty, late = (0.5, 7200.0) if person is LATE else (0.0, 0.0)
    return Mark("tiny", status, score, 6.5, penalty, late)


def _other(person: Person) -> Mark:
    graded = person.seat % 3 > 0
    return Mark("other", MarkStatus.GRADED if graded else MarkStatus.MISSING, float(person.seat % 11), 10.0)


def grades(system: str, *, heads: dict[str, str] | None = None, assignments: int = 2) -> Grades:
    """The class's marks under the ids that this system's list gives."""
    students = read_class_list(parse_table(LISTS[system], system)).students
    rows = [
        GradebookRow(s.id, full_name(s.first_name, s.last_name), (_mark(person), _other(person))[:assignments])
        for s, person in zip(students, CLASS, strict=True)
    ]
    by_id = {student.id: student for student in students}
    return Grades(tuple(sorted(rows, key=lambda row: row.student)), by_id, TITLES, heads or {})


def _table(data: bytes, name: str = "template.csv") -> Table:
    return parse_table(data, name)


def _files() -> dict[str, GradeFile]:
    """Each form, by the name of its expected file."""
    heads = {"tiny": "Tiny (4711)", "other": "Other (4712)"}
    return {
        "canvas.csv": lms_file("canvas", grades("canvas", heads=heads)),
        "canvas-template.csv": filled_file("canvas", grades("canvas"), _table(LISTS["canvas"]), all_wanted=False),
        "moodle.csv": lms_file("moodle", grades("moodle")),
        "moodle-worksheet.csv": filled_file(
            "moodle", grades("moodle", assignments=1), _table(classroom.moodle_worksheet()), all_wanted=True
        ),
        "blackboard.xls": lms_file("blackboard", grades("blackboard")),
        "blackboard-template.xls": filled_file(
            "blackboard", grades("blackboard"), _table(LISTS["blackboard"]), all_wanted=False
        ),
        "wide.csv": wide_file(grades("plain"), Total({"other": 2.0}, drop_lowest=0)),
        "long.csv": long_file(grades("plain")),
    }


@pytest.mark.parametrize("name", _files())
def test_the_files_are_those_that_the_learning_systems_import(name: str) -> None:
    """Byte by byte: encoding, quotes, ends of lines, ids, blanks."""
    assert _files()[name].data == (EXPECTED / name).read_bytes()


def _lines(data: bytes, delimiter: str = ",", encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode(encoding), newline=""), delimiter=delimiter))


@pytest.mark.parametrize(
    ("name", "head", "key", "value_of"),
    [
        ("canvas.csv", "Tiny (4711)", "ID", lambda p: p.canvas),
        ("canvas-template.csv", "Tiny (4711)", "ID", lambda p: p.canvas),
        ("moodle.csv", "Tiny", "ID number", lambda p: p.number),
        ("moodle-worksheet.csv", "Grade", "Email address", lambda p: p.email),
        ("blackboard.xls", "Tiny [Total Pts: 6.5 Score]", "Username", lambda p: p.login),
        ("blackboard-template.xls", "Tiny [Total Pts: 6.5 Score] |123", "Username", lambda p: p.login),
        ("wide.csv", "tiny", "student", lambda p: p.number),
    ],
)  # fmt: skip
def test_blank_stays_blank_and_zero_is_zero(name, head, key, value_of) -> None:  # type: ignore[no-untyped-def]
    """In every form: missing and ungraded work has an empty cell, and 0 is written where the grade is 0."""
    sheet = name.endswith(".xls")
    lines = _lines(_files()[name].data, "\t" if sheet else ",", "utf-16" if sheet else "utf-8-sig")
    score = {line[key]: line[head] for line in lines}
    assert [score[value_of(person)] for person in (*MISSING, PAPER)] == ["", "", ""]
    assert score[value_of(BY_LOGIN["jiwoo1"])] == "0"
    assert score[value_of(LATE)] == "1.33"  # 1.83 with half a point off


def test_what_an_instructor_should_know_is_said() -> None:
    """Work that nobody has graded or marked, columns without a place."""
    file = _files()["canvas-template.csv"]
    assert file.lines == (
        "tiny: ungraded, left blank: berg",
        "tiny: written answers are not marked yet, the scores lack them: lee",
        "other: template.csv has no column for it",
    )
    assert not file.incomplete


def test_students_whom_the_learning_system_does_not_know_are_named() -> None:
    """Their grades would be lost otherwise."""
    file = lms_file("canvas", grades("plain"))
    assert file.incomplete and "not in the file: 20230001" in " ".join(file.lines)
    new = GradebookRow("new", "", (Mark("tiny", MarkStatus.GRADED, 1, 6.5), Mark("other", MarkStatus.MISSING)))
    some = dataclasses.replace(grades("canvas"), rows=(*grades("canvas").rows, new))
    file = filled_file("canvas", some, _table(LISTS["canvas"]), all_wanted=False)
    assert file.incomplete and "not in the file: new (template.csv has no line for them)" in file.lines


def test_the_own_id_stands_for_an_unknown_one() -> None:
    """In a course with a plain list, Moodle gets the addresses and Blackboard the ids."""
    assert _lines(lms_file("moodle", grades("plain")).data)[0]["Email address"] == "kim01@Univ.kr"
    lines = _lines(lms_file("blackboard", grades("plain")).data, "\t", "utf-16")
    assert lines[0]["Username"] == "20230001"


def test_a_template_that_does_not_fit_is_answered_with_its_heads() -> None:
    """Unless only some of several assignments are missing, which is said."""
    table = _table(b"Student,ID,Section,Other name (1)\nKim,12341,1\n")
    with pytest.raises(UsageError, match=r"no column for any of tiny, other.*'Other name \(1\)'.*--column"):
        filled_file("canvas", grades("canvas"), table, all_wanted=False)
    with pytest.raises(UsageError, match=r"no column for other"):
        filled_file("canvas", grades("canvas"), _table(LISTS["canvas"]), all_wanted=True)
    chosen = grades("canvas", heads={"tiny": "Other name (1)"})
    assert (
        filled_file("canvas", chosen, table, all_wanted=False).data
        == b"Student,ID,Section,Other name (1)\r\nKim,12341,1,0.58\r\n"
    )
    with pytest.raises(UsageError, match="worksheet of one assignment; name that one: tiny, other"):
        filled_file("moodle", grades("moodle"), _table(classroom.moodle_worksheet()), all_wanted=False)
    with pytest.raises(UsageError, match="use --for moodle"):
        filled_file("canvas", grades("canvas"), _table(classroom.moodle_worksheet()), all_wanted=False)


@pytest.mark.parametrize(
    "head",
    ["tiny (4711)", "TINY", "Assignment: Tiny task (Real)", "과제: 작은 과제", "Tiny-Task [Total Pts: 6.5 Score] |12"],
)
def test_heads_fit_by_id_or_title(head: str) -> None:
    """Whatever the learning system puts around them, and without regard to case, dashes and what follows a colon."""
    one = dataclasses.replace(grades("canvas"), titles={"tiny": ("Tiny task: a first step", "작은 과제")})
    data = filled_file(
        "canvas", one, _table(f"Student,ID,Section,{head}\nKim,12341,1,\n".encode()), all_wanted=False
    ).data
    assert data.decode() == f"Student,ID,Section,{head}\r\nKim,12341,1,0.58\r\n"


def test_a_korean_template_keeps_its_columns() -> None:
    """LearningX and a Canvas in Korean have heads of their own; the line about points and the test student stay."""
    text = (
        "학생,ID,SIS 사용자 ID,SIS 로그인 ID,분반,작은 과제 (7),현재 점수\n가능한 점수,,,,,6.5,\n"
        '김민수,,20230001,,01,,90\n김지우,,,jiwoo1,01,,80\n"학생, 테스트",99,,,01,,\n'
    )
    file = filled_file("canvas", grades("canvas"), _table(text.encode()), all_wanted=False)
    assert file.data.decode().splitlines() == [
        "학생,ID,SIS 사용자 ID,SIS 로그인 ID,분반,작은 과제 (7)", "가능한 점수,,,,,6.5",
        "김민수,,20230001,,01,0.58", "김지우,,,jiwoo1,01,0", '"학생, 테스트",99,,,01,',
    ]  # fmt: skip
    assert not any("nobody in the course" in line for line in file.lines)


def test_locked_and_present_grades_of_a_worksheet_stay() -> None:
    """Moodle says which may be changed; other points than the course's are told."""
    text = (
        "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,Online text\n"
        "Participant 1,김민수,KIM01@univ.kr,x,,10.00,Yes,=1+1\nParticipant 2,박지민,,x,3.00,10.00,No,-\n"
        "Participant 3,허준,,x,2.00,10.00,Yes,\nParticipant 4,Nobody,,x,,10.00,Yes,\n"
    )
    file = filled_file("moodle", grades("moodle", assignments=1), _table(text.encode()), all_wanted=False)
    lines = _lines(file.data)
    assert [line["Grade"] for line in lines] == ["0.58", "3.00", "2.00", ""]
    assert lines[0]["Online text"] == "'=1+1" and lines[1]["Online text"] == "-"
    assert "tiny: 10 points there, 6.5 here; the scores are written as they are" in file.lines
    assert any("nobody in the course: Participant 4" in line for line in file.lines)


def test_a_template_keeps_its_encoding_and_delimiter() -> None:
    """As the learning system wrote it."""
    text = "Student;ID;SIS User ID;SIS Login ID;Section;Tiny (4711)\n김민수;12341;;kim01;1;\n"
    data = filled_file("canvas", grades("canvas"), _table(text.encode("cp949")), all_wanted=False).data
    assert data.decode("cp949") == text.replace("1;\n", "1;0.58\n").replace("\n", "\r\n")


def test_names_are_text_in_every_form() -> None:
    """What begins like a formula gets an apostrophe; ids that are looked up stay."""
    lms = (("canvas_id", "7"), ("canvas_login", "-kim"), ("canvas_name", "=HYPERLINK(1)"))
    student = Student("-kim", "＝cmd", "\n+1", "+kim@x.kr", lms, (("section", "@1"),))
    row = GradebookRow("-kim", "=1+1", (Mark("tiny", MarkStatus.GRADED, 1, 2),))
    one = Grades((row,), {"-kim": student}, {}, {})
    assert lms_file("canvas", one).data.splitlines()[-1] == b"'=HYPERLINK(1),7,,-kim,@1,1"
    assert "'＝cmd,\"'\n+1\",+kim@x.kr,1" in lms_file("moodle", one).data.decode()
    assert wide_file(one, Total()).data.decode("utf-8-sig").splitlines()[1] == "'-kim,'=1+1,'@1,1,50,1 of 1"
    assert long_file(one).data.decode("utf-8-sig").splitlines()[1] == "'-kim,'=1+1,tiny,graded,1,2,0,0"


if __name__ == "__main__":
    EXPECTED.mkdir(exist_ok=True)
    for file_name, written in _files().items():
        (EXPECTED / file_name).write_bytes(written.data)
