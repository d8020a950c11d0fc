"""The heads that class lists have, in English and Korean, in the form of ``tables.folded``."""

from __future__ import annotations

from autograder.lms.roster import LMS_COLUMNS
from autograder.lms.tables import folded

FIRST = ("first name", "firstname", "given name", "given names", "forename", "이름")
LAST = ("last name", "lastname", "surname", "family name", "성", "성씨")
FULL = (
    "name",
    "full name",
    "fullname",
    "student name",
    "display name",
    "성명",
    "학생 이름",
    "학생이름",
    "학생명",
    "전체 이름",
)
MAIL = (
    "email",
    "e mail",
    "email address",
    "e mail address",
    "mail",
    "이메일",
    "이메일 주소",
    "전자메일",
    "전자우편",
    "메일",
)
NUMBER = (
    "학번",
    "sid",
    "orgdefinedid",
    "student number",
    "student no",
    "student no.",
    "student id",
    "studentid",
    "학생 번호",
    "학생번호",
    "학생 id",
    "학적번호",
    "id number",
    "idnumber",
    "id 번호",
)
LOGIN = (
    "로그인 id",
    "로그인id",
    "로그인 아이디",
    "아이디",
    "login",
    "login id",
    "user name",
    "username",
    "user id",
    "userid",
    "account",
    "사용자명",
    "사용자 이름",
    "사용자 아이디",
    "사용자 id",
    "계정",
)
SECTION = ("section", "sections", "분반", "반", "class")
GROUP = ("group", "groups", "조", "그룹", "모둠", "팀", "team")
OTHER = (
    "department",
    "학과",
    "전공",
    "소속",
    "소속 학과",
    "부서",
    "institution",
    "기관",
    "학교",
    "학년",
    "year",
    "grade year",
    "major",
    "child course id",
)
OURS = {"section": SECTION, "group": GROUP}

# field: the heads that it may have
HEADS: dict[str, dict[str, tuple[str, ...]]] = {
    "canvas": {
        "name": ("student", "학생", "학생 이름"),
        "canvas_id": ("id",),
        "canvas_sis_id": ("sis user id", "sis 사용자 id", "sis id", "학번"),
        "canvas_login": ("sis login id", "sis 로그인 id", "login id", "로그인 id"),
        "email": MAIL,
    },
    "moodle": {
        "first_name": FIRST,
        "last_name": LAST,
        "name": FULL,
        "email": MAIL,
        "moodle_username": ("username", "사용자명", "사용자 이름", "사용자 아이디", "아이디"),
        "moodle_id_number": ("id number", "idnumber", "id 번호", "id번호", "학번", "student id"),
    },
    "blackboard": {
        "first_name": FIRST,
        "last_name": LAST,
        "email": MAIL,
        "blackboard_username": ("username", "user name", "사용자 이름", "사용자명", "사용자 아이디"),
        "blackboard_student_id": ("student id", "학생 id", "학번"),
    },
    "plain": {
        "id": ("id", *NUMBER, *LOGIN),
        "first_name": FIRST,
        "last_name": LAST,
        "name": FULL,
        "email": MAIL,
        **{column: (folded(column),) for column in LMS_COLUMNS},  # another course's roster
        "student_number": NUMBER,  # beside the id
        "login": LOGIN,
    },
}

# in the column of names: what an assignment is worth, and Canvas's own test student
NOBODY = frozenset(
    {
        "student, test",
        "test student",
        "학생, 테스트",
        "테스트 학생",
        "points possible",
        "가능한 점수",
        "만점",
        "possible points",
    }
)
