"""A class of 24 through each layout into ``submitted/``, and what happens with everything odd."""

from __future__ import annotations

import json
import os
import re
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli.main import cli
from autograder.errors import UsageError
from tests.lms import classroom
from tests.lms.classroom import CLASS, LATE, MISSING, NEW, OLD, PAPER, TWICE, WORKING, Person, make_zip, work_of
from tests.nbgrader_plugs.conftest import course, pristine

__all__ = ["course", "pristine"]

KST = "2026-11-20 08:32:00 UTC"  # 17:32 in Seoul


@pytest.fixture
def inside(course: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course in Korea, as the current folder."""
    settings = course / "course.toml"
    text = settings.read_text(encoding="utf-8") if settings.is_file() else ""
    kept = [line for line in text.splitlines() if not line.startswith("timezone")]
    settings.write_text('timezone = "Asia/Seoul"\n' + "\n".join(kept) + "\n", encoding="utf-8")
    monkeypatch.chdir(course)
    return course


def _run(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    if result.exception:
        raise result.exception
    assert int(result.return_value or 0) == code, result.output
    return result


def _import(inside: Path, data: bytes, *options: str) -> None:
    (inside / "class.csv").write_bytes(data)
    _run("roster", "import", "class.csv", *options)


def _collect(inside: Path, data: bytes, *options: str, code: int = 0) -> str:
    (inside / "class.zip").write_bytes(data)
    return _run("collect", "tiny", "class.zip", *options, code=code).output


def _submitted(inside: Path) -> dict[str, dict[str, str]]:
    """Everything in ``submitted/`` but the times, by student."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(inside.glob("submitted/*/tiny/**/*")):
        if path.is_file() and path.name != "timestamp.txt":
            student, _, *rest = path.relative_to(inside / "submitted").parts
            found.setdefault(student, {})["/".join(rest)] = path.read_text()
    return found


def _time(inside: Path, student: str) -> str:
    path = inside / "submitted" / student / "tiny" / "timestamp.txt"
    return path.read_text() if path.is_file() else ""


BY_LOGIN_ID, BY_SIS_ID = ("--id", "로그인 ID"), ("--id", "sis user id")
SYSTEMS: dict[str, tuple[bytes, tuple[str, ...], bytes, Callable[[Person], str]]] = {
    "canvas": (classroom.canvas_list(), (), classroom.canvas_download(), lambda person: person.login),
    "blackboard": (classroom.blackboard_list(), (), classroom.blackboard_download(), lambda person: person.login),
    "gradescope": (classroom.plain_list(), (), classroom.gradescope_download(), lambda person: person.number),
    "id folders": (classroom.plain_list(), BY_LOGIN_ID, classroom.id_download(folders=True), lambda p: p.login),
    "id names": (classroom.canvas_list(), (), classroom.id_download(folders=False), lambda person: person.login),
    "other ids": (classroom.canvas_list(), BY_SIS_ID, classroom.id_download(folders=True), lambda p: p.number),
}  # fmt: skip


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("unpacked", [False, True])
def test_a_class_of_24_is_collected(inside: Path, system: str, unpacked: bool) -> None:
    """From the zip and from its folder: the newest work of each, under their ids; a second time changes nothing."""
    roster, options, download, id_of = SYSTEMS[system]
    _import(inside, roster, *options)
    (inside / "class.zip").write_bytes(download)
    source = "class.zip"
    if unpacked:
        with zipfile.ZipFile("class.zip") as archive:
            archive.extractall("downloaded")
        source = "downloaded"
    before = _run("collect", "tiny", source, "--dry-run").output
    assert not _submitted(inside) and "nothing was written" in before
    output = _run("collect", "tiny", source).output
    assert _submitted(inside) == {id_of(person): work_of(person) for person in WORKING}
    assert "21 collected, 0 unchanged, 1 not taken" in output
    assert "tiny.pdf: a .pdf file cannot be graded" in output
    assert f"{id_of(PAPER)}: handed in only what cannot be graded" in output
    assert f"nothing here from 2 of the roster: {', '.join(sorted(map(id_of, MISSING)))}" in output
    times = {student: _time(inside, student) for student in _submitted(inside)}
    again = _run("collect", "tiny", source).output
    assert "0 collected, 21 unchanged" in again
    assert times == {student: _time(inside, student) for student in _submitted(inside)}


def test_what_was_not_taken_waits(inside: Path) -> None:
    """`status` names it until the work comes, or somebody has looked; and what is nobody's as well."""
    _import(inside, classroom.plain_list(), *BY_LOGIN_ID)
    one, other = CLASS[0].login, CLASS[1].login
    files = {f"{one}/tiny.pdf": b"%PDF", f"{other}/tiny.rar": b"Rar!", "loose.rar": b"Rar!"}
    for name, data in files.items():
        path = inside / "class" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    _run("collect", "tiny", "class", "--from", "id", "--dry-run", code=1)
    assert "not taken" not in _run("status", "tiny").output
    _run("collect", "tiny", "class", "--from", "id", code=1)
    said = _run("status", "tiny").output
    for line in (f"not taken: {one}: {one}/tiny.pdf: a .pdf file", f"not taken: {other}: {other}/tiny.rar: a .rar"):
        assert line in said
    assert "tiny: not taken: loose.rar: a .rar file cannot be graded" in said
    (inside / "class" / one / "tiny.ipynb").write_text(work_of(CLASS[0])["tiny.ipynb"])
    (inside / "class" / "loose.rar").unlink()
    _run("collect", "tiny", "class", "--from", "id", code=1)
    said = _run("status", "tiny").output
    assert f"not taken: {other}" in said and said.count("not taken") == 1
    assert "not taken" not in _run("status", "tiny", "--done", other).output


@pytest.mark.parametrize(("zips", "is_taken"), [(1, True), (2, True), (3, True), (4, False)])
def test_zips_in_zips_are_opened(inside: Path, zips: int, is_taken: bool) -> None:
    """Up to three around one another; more are named, and wait."""
    _import(inside, classroom.plain_list(), *BY_LOGIN_ID)
    data = work_of(CLASS[0])["tiny.ipynb"].encode()
    packed = make_zip([("tiny.ipynb", data)])
    for _ in range(zips - 1):
        packed = make_zip([("tiny.zip", packed)])
    (inside / "class" / CLASS[0].login).mkdir(parents=True)
    (inside / "class" / CLASS[0].login / "tiny.zip").write_bytes(packed)
    _run("collect", "tiny", "class", "--from", "id", code=0 if is_taken else 1)
    assert _submitted(inside) == ({CLASS[0].login: {"tiny.ipynb": data.decode()}} if is_taken else {})
    assert is_taken or "no notebook and no .py file, but zips in zips" in _run("status", "tiny").output


@pytest.mark.parametrize("system", ["blackboard", "id names", "id folders", "gradescope"])
def test_times_are_read_in_the_courses_zone(inside: Path, system: str) -> None:
    """17:32 in Seoul is 08:32 in UTC; of two attempts the newer one's time counts."""
    roster, options, download, id_of = SYSTEMS[system]
    _import(inside, roster, *options)
    _collect(inside, download)
    part = ".123456" if system == "gradescope" else ""
    assert _time(inside, id_of(CLASS[1])) == f"2026-11-20 08:32:00{part} UTC"
    assert _time(inside, id_of(TWICE)) == f"2026-11-20 08:33:00{part} UTC"
    assert _time(inside, id_of(LATE)) == f"2026-11-25 08:32:00{part} UTC"


def test_brightspace_gives_names(inside: Path) -> None:
    """Namesakes cannot be told apart by them, which is said for each of their files; nobody else is held up."""
    _import(inside, classroom.canvas_list())
    output = _collect(inside, classroom.brightspace_download(), code=1)
    namesakes = ("jiwoo1", "jiwoo2")
    assert _submitted(inside) == {p.login: work_of(p) for p in WORKING if p.login not in namesakes}
    assert output.count("several students are called 김지우 (jiwoo1, jiwoo2)") == 2
    assert "1 of the learning system's own files" in output
    assert _time(inside, "kim01") == "2026-11-20 08:33:00 UTC" and _time(inside, "choi") == "2026-11-25 08:32:00 UTC"


@pytest.mark.parametrize("flat", [False, True])
def test_moodle_gives_names_and_the_worksheet_ids(inside: Path, flat: bool) -> None:
    """And times; a Mac's zip has its names in parts."""
    _import(inside, classroom.moodle_list())
    without = _collect(inside, classroom.moodle_download(flat=flat), code=1)
    assert without.count("several students are called 김지우 (20230002, 20230003)") == 2
    assert len(_submitted(inside)) == 19
    (inside / "sheet.csv").write_bytes(classroom.moodle_worksheet())
    output = _run("collect", "tiny", "class.zip", "sheet.csv").output
    assert _submitted(inside) == {person.number: work_of(person) for person in WORKING}
    assert "(moodle)" in output and _time(inside, "20230003") == KST
    assert _time(inside, LATE.number) == "2026-11-25 08:32:00 UTC"


def test_canvas_marks_late_work_without_a_time(inside: Path) -> None:
    """It counts as handed in just after the due date, where there is one, and else a line says so."""
    _import(inside, classroom.canvas_list())
    output = _collect(inside, classroom.canvas_download())
    assert "choi: marked LATE, without a time: set the due date" in output and not _time(inside, "choi")
    settings = inside / "course.toml"
    text = settings.read_text(encoding="utf-8").replace("[due]", "[due]\ntiny = 2026-11-20T23:59:00")
    text += "\n[late]\npolicy = 'per_day'\ngrace_minutes = 15\n"
    settings.write_text(text, encoding="utf-8")
    output = _collect(inside, classroom.canvas_download())
    assert "counts from 2026-11-21 00:15 (Asia/Seoul), the first moment that is late" in output
    assert _time(inside, "choi") == "2026-11-20 15:15:00 UTC" and not _time(inside, "kim01")


def test_the_newest_attempt_wins_in_any_order(inside: Path) -> None:
    """By the number of the resubmission, and between two downloads as well."""
    _import(inside, classroom.canvas_list())
    first = make_zip([("kim_12341_67001_tiny.ipynb", b"1"), ("kim_12341_67003_tiny-2.ipynb", b"3")])
    second = make_zip([("kim_12341_67012_tiny-10.ipynb", b"11"), ("kim_12341_67004_tiny-9.ipynb", b"10")])
    assert "kim01: the newest of 2 attempts counts" in _collect(inside, first)
    assert _submitted(inside)["kim01"] == {"tiny.ipynb": "3"}
    _collect(inside, second)
    assert _submitted(inside)["kim01"] == {"tiny.ipynb": "11"}
    assert "kim01: what is there is a later attempt" in _collect(inside, first)
    assert _submitted(inside)["kim01"] == {"tiny.ipynb": "11"}
    (inside / "second.zip").write_bytes(second)
    (inside / "first.zip").write_bytes(first)
    _run("collect", "tiny", "second.zip", "first.zip")
    assert _submitted(inside)["kim01"] == {"tiny.ipynb": "11"}


def test_older_work_never_replaces_newer_work(inside: Path) -> None:
    """Also what came through the exchange."""
    _import(inside, classroom.blackboard_list())
    folder = inside / "submitted" / "kim01" / "tiny"
    folder.mkdir(parents=True)
    (folder / "tiny.ipynb").write_text("from the exchange")
    (folder / "timestamp.txt").write_text("2026-11-20 18:00:00 Asia/Seoul")
    output = _collect(inside, classroom.blackboard_download())
    assert "kim01: what is there was handed in later, 2026-11-20 09:00:00 UTC" in output
    assert "20 collected, 0 unchanged, 1 kept as they were, 2 not taken" in output
    assert _submitted(inside)["kim01"] == {"tiny.ipynb": "from the exchange"}
    (folder / "timestamp.txt").write_text("2026-11-20 17:00:00 +09:00")
    _collect(inside, classroom.blackboard_download())
    assert _submitted(inside)["kim01"] == {"tiny.ipynb": NEW}


def test_work_of_another_origin_stays_where_nothing_tells_which_is_newer(inside: Path) -> None:
    """Until it is told to be replaced."""
    _import(inside, classroom.canvas_list())
    folder = inside / "submitted" / "kim01" / "tiny"
    folder.mkdir(parents=True)
    (folder / "tiny.ipynb").write_text("by hand")
    output = _collect(inside, classroom.canvas_download(), code=1)
    assert "NOT TAKEN: kimminsu" in output or "--replace takes the download's" in output
    assert _submitted(inside)["kim01"] == {"tiny.ipynb": "by hand"}
    _collect(inside, classroom.canvas_download(), "--replace")
    assert _submitted(inside)["kim01"] == {"tiny.ipynb": NEW}


def test_what_a_ta_changed_after_collecting_is_not_overwritten(inside: Path) -> None:
    """It counts as work of another origin."""
    _import(inside, classroom.canvas_list())
    _collect(inside, make_zip([("kim_12341_67001_tiny.ipynb", b"1")]))
    (inside / "submitted" / "kim01" / "tiny" / "tiny.ipynb").write_text("repaired")
    _collect(inside, make_zip([("kim_12341_67001_tiny.ipynb", b"1")]), code=1)
    assert _submitted(inside)["kim01"] == {"tiny.ipynb": "repaired"}


def test_unknown_students_are_collected_under_the_number_or_named(inside: Path) -> None:
    """Canvas gives a number; Moodle only a name, to which the nearest names are shown."""
    _import(inside, classroom.canvas_list())
    output = _collect(inside, make_zip([("choimina_55555_1_tiny.ipynb", b"x"), ("kim_12341_2_tiny.ipynb", b"y")]))
    assert "55555 (choimina) is not in the roster: collected under this id" in output
    assert _submitted(inside) == {"55555": {"tiny.ipynb": "x"}, "kim01": {"tiny.ipynb": "y"}}
    output = _collect(inside, make_zip([("Graze Lee_7_assignsubmission_file_/tiny.ipynb", b"x")]), code=1)
    assert "nobody in the roster is called 'Graze Lee'; the nearest: Grace Lee (lee)" in output


def test_names_help_where_the_roster_has_no_numbers_of_canvas(inside: Path) -> None:
    """As after `init --roster` with a table of one's own; namesakes stay under Canvas's numbers."""
    _import(inside, classroom.plain_list(), "--id", "로그인 ID")
    _collect(inside, classroom.canvas_download())
    numbers = {"jiwoo1": "12342", "jiwoo2": "12343"}
    wanted = {numbers.get(p.login, p.login): work_of(p) for p in WORKING}
    assert _submitted(inside) == wanted


def test_work_moves_to_its_student_when_the_roster_knows_the_number(inside: Path) -> None:
    """Otherwise the student's work would lie there twice, and go on waiting under a number that nobody knows."""
    download = make_zip([("kim_12341_67001_tiny.ipynb", b"1"), ("lee_99999_67002_tiny.ipynb", b"2")])
    _import(inside, classroom.plain_list(), "--id", "로그인 ID")
    _collect(inside, download)
    assert "12341" in _submitted(inside) or "kim01" in _submitted(inside)
    _import(inside, classroom.canvas_list())
    output = _collect(inside, download)
    assert _submitted(inside) == {"kim01": {"tiny.ipynb": "1"}, "99999": {"tiny.ipynb": "2"}}
    assert "what was collected under 12341 is moved to kim01" in output
    assert not (inside / "submitted" / "12341").exists()
    assert "2 unchanged" in _collect(inside, download)


def test_a_course_without_a_roster_collects_by_ids(inside: Path) -> None:
    """And says in one line that nobody's id was checked."""
    output = _collect(inside, classroom.canvas_download())
    assert _submitted(inside) == {person.canvas: work_of(person) for person in WORKING}
    assert output.count("has no roster") == 1 and "is not in the roster" not in output
    output = _collect(inside, make_zip([("a/kim/tiny.ipynb", b"k"), ("a/lee/tiny/tiny.ipynb", b"l")]))
    assert _submitted(inside)["kim"] == {"tiny.ipynb": "k"} and _submitted(inside)["lee"] == {"tiny.ipynb": "l"}


def test_moodle_without_a_roster_uses_the_worksheet(inside: Path) -> None:
    """What stands before the @ is the id."""
    (inside / "class.zip").write_bytes(classroom.moodle_download())
    (inside / "sheet.csv").write_bytes(classroom.moodle_worksheet())
    _run("collect", "tiny", "sheet.csv", "class.zip")
    assert _submitted(inside) == {person.login: work_of(person) for person in WORKING}


def test_a_pattern_reads_names_of_another_kind(inside: Path) -> None:
    """With a time in the course's zone; what does not fit has its line."""
    _import(inside, classroom.canvas_list())
    data = make_zip([("[tiny] kim01 (2026-11-20 17.32).ipynb", b"k"), ("other.ipynb", b"?")])
    output = _collect(inside, data, "--pattern", r"\[(?P<file>tiny)\] (?P<student>\S+) \(", code=1)
    assert _submitted(inside) == {"kim01": {"tiny.ipynb": "k"}} and "other.ipynb: its name is not one of" in output
    for wrong in ("(", "(?P<file>x)"):
        result = CliRunner().invoke(cli, ["collect", "tiny", "class.zip", "--pattern", wrong], standalone_mode=False)
        assert "--pattern" in str(result.exception)


def test_two_notebooks_are_that_students_matter(inside: Path) -> None:
    """Both are kept, a line says so, and nobody else is held up; a file in another form is work as well."""
    _import(inside, classroom.canvas_list())
    data = make_zip(
        [("kim_12341_1_tiny.ipynb", b"1"), ("kim_12341_1_draft.ipynb", b"2"), ("lee_12362_2_TINY.IPYNB", b"3"),
         ("lee.sh_12344_3_tiny.ipynb.txt", b"4")]
    )  # fmt: skip
    output = _collect(inside, data)
    assert "kim01: 2 notebooks: draft.ipynb, tiny.ipynb" in output
    assert _submitted(inside) == {
        "kim01": {"tiny.ipynb": "1", "draft.ipynb": "2"}, "lee": {"TINY.IPYNB": "3"}, "lee.sh": {"tiny.ipynb.txt": "4"},
    }  # fmt: skip


def test_every_file_that_is_not_taken_has_its_line(inside: Path) -> None:
    """Hostile, hidden, damaged or of another kind; what may be work makes the exit code 1."""
    _import(inside, classroom.canvas_list())
    (inside / "class.zip").write_bytes(
        make_zip(
            [
                ("kim_12341_1_tiny.ipynb", b"k"), ("lee_12362_2_notes.html", b"<"),
                ("../../evil_12341_9_tiny.ipynb", b"!"),
                (".DS_Store", b"?"), ("__MACOSX/._kim_12341_1_tiny.ipynb", b"?"), ("readme.ipynb", b"?"),
                ("berg_12363_3_empty.zip", make_zip([("a.pdf", b"?")])), ("duarte_12364_4_broken.zip", b"PK\x03\x04no"),
            ]
        )
    )  # fmt: skip
    with zipfile.ZipFile("class.zip", "a") as archive:
        link = zipfile.ZipInfo("okafor_12357_5_tiny.ipynb")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    output = _run("collect", "tiny", "class.zip", code=1).output
    assert _submitted(inside) == {"kim01": {"tiny.ipynb": "k"}}
    for line in (
        "not taken: lee_12362_2_notes.html: a .html file cannot be graded",
        "NOT TAKEN: ../../evil_12341_9_tiny.ipynb: it is a link, or its name leads out",
        "not taken: .DS_Store: it is a hidden file", "not taken: __MACOSX/._kim",
        "NOT TAKEN: readme.ipynb: its name is not one of the layout 'canvas'",
        "NOT TAKEN: berg_12363_3_empty.zip: holds no notebook",
        "NOT TAKEN: duarte_12364_4_broken.zip: is not a zip archive",
        "NOT TAKEN: okafor_12357_5_tiny.ipynb: it is a link",
        "1 collected, 0 unchanged, 8 not taken",
    ):  # fmt: skip
        assert line in output


def test_links_in_a_folder_are_not_followed(inside: Path) -> None:
    """Neither files nor folders; a pipe does not make the command wait."""
    _import(inside, classroom.canvas_list())
    folder = inside / "downloaded"
    folder.mkdir()
    (folder / "kim_12341_1_tiny.ipynb").symlink_to(inside / "secret")
    (folder / "class").symlink_to(inside / "source")
    os.mkfifo(folder / "lee_12362_2_tiny.ipynb")
    (folder / "berg_12363_2_tiny.ipynb").write_text("b")
    output = _run("collect", "tiny", "downloaded", code=1).output
    assert _submitted(inside) == {"berg": {"tiny.ipynb": "b"}}
    assert "kim_12341_1_tiny.ipynb: it is a link" in output and "lee_12362_2_tiny.ipynb: it is no plain file" in output


def test_bombs_do_no_harm(inside: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too much for one student, and too much for the class."""
    _import(inside, classroom.canvas_list())
    monkeypatch.setattr("autograder.lms.downloads.MAX_STUDENTS_BYTES", 10)
    monkeypatch.setattr("autograder.lms.downloads.MAX_STUDENTS_ENTRIES", 5)
    entries = [
        ("kim_12341_1_a.zip", make_zip([("a.ipynb", b"1234567"), ("b.ipynb", b"1234567")])),
        ("lee_12362_1_a.zip", make_zip([(f"{n}.ipynb", b"") for n in range(6)])),
        ("berg_12363_1_tiny.ipynb", b"b"),
    ]
    output = _collect(inside, make_zip(entries), code=1)
    assert _submitted(inside) == {"berg": {"tiny.ipynb": "b"}}
    assert "kim_12341_1_a.zip: holds more than 0 MiB" in output and "has more than 5 entries" in output


def test_a_fault_in_one_students_files_stops_no_other(inside: Path) -> None:
    """A file where a folder is wanted, in one zip."""
    _import(inside, classroom.canvas_list())
    inner = make_zip([("x.ipynb", b"1"), ("x.ipynb/y.ipynb", b"2"), ("z/z.ipynb", b"3")])
    output = _collect(inside, make_zip([("kim_12341_1_a.zip", inner), ("lee_12362_1_tiny.ipynb", b"l")]), code=1)
    assert _submitted(inside)["lee"] == {"tiny.ipynb": "l"} and "could not be written for kim01" in output
    assert not [path for path in (inside / ".autograder").iterdir() if path.name.startswith("collecting-")]


def test_folders_written_by_macos_become_one(inside: Path) -> None:
    """Before anything is collected; an assignment in both forms is left for a person."""
    nfd, nfc = (unicodedata.normalize(form, "김지우") for form in ("NFD", "NFC"))
    for name, assignments in ((nfd, ("other", "both")), (nfc, ("both",))):
        for assignment in assignments:
            (inside / "submitted" / name / assignment).mkdir(parents=True)
    (inside / "submitted" / unicodedata.normalize("NFD", "José") / "tiny").mkdir(parents=True)
    output = _collect(inside, make_zip([("김지우/tiny.ipynb", b"1")]))
    folders = sorted(path.relative_to(inside / "submitted").as_posix() for path in inside.glob("submitted/*/*"))
    assert folders == sorted([f"{nfc}/other", f"{nfc}/both", f"{nfd}/both", "José/tiny", f"{nfc}/tiny"])
    assert "has both twice" in output and "other was in a second folder" in output and "renamed" in output


def test_ids_with_blanks_are_collected(inside: Path) -> None:
    """As the roster has them."""
    _import(inside, b"id\nKim Min-jun\n")
    _collect(inside, make_zip([("Kim Min-jun/tiny.ipynb", b"1"), ("Kim  Min-jun/other.py", b"2")]))
    assert _submitted(inside) == {"Kim Min-jun": {"tiny.ipynb": "1", "other.py": "2"}}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("collect", "tinny", "class.zip"), "no assignment 'tinny'"),
        (("collect", "tiny", "gone.zip"), "does not exist"),
        (("collect", "tiny", "class.csv"), "not Moodle's grading worksheet"),
        (("collect", "tiny", "notes.docx"), "neither a zip nor a folder"),
        (("collect", "tiny", "class.zip"), "no known layout fits the names: 'a.ipynb', 'b.ipynb'.*--pattern"),
        (("collect", "tiny", "class.zip", "--from", "gradescope"), "no submission_metadata.yml"),
    ],
)
def test_what_cannot_be_collected_is_said(inside: Path, arguments: tuple[str, ...], message: str) -> None:
    """With the next step."""
    _import(inside, classroom.canvas_list())
    (inside / "notes.docx").write_text("x")
    (inside / "class.zip").write_bytes(make_zip([("a.ipynb", b""), ("b.ipynb", b"")]))
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    assert re.search(message, str(result.exception)), result.exception


def test_a_gradescope_list_that_is_no_list_is_said(inside: Path) -> None:
    """Nothing in it is executed; a group's work is everybody's."""
    _import(inside, classroom.plain_list())
    bad = "!!python/object/apply:os.system ['touch pwned']"
    result = CliRunner().invoke(cli, ["collect", "tiny", "class.zip"], standalone_mode=False)
    (inside / "class.zip").write_bytes(make_zip([("s/submission_metadata.yml", bad.encode()), ("s/a/t.ipynb", b"")]))
    result = CliRunner().invoke(cli, ["collect", "tiny", "class.zip"], standalone_mode=False)
    assert "lists no submissions" in str(result.exception) and not (inside / "pwned").exists()
    group = "submission_1:\n  :submitters:\n  - :sid: '20230001'\n  - :email: JIWOO1@univ.kr\n"
    _collect(inside, make_zip([("s/submission_metadata.yml", group.encode()), ("s/submission_1/tiny.ipynb", b"g")]))
    assert _submitted(inside) == {"20230001": {"tiny.ipynb": "g"}, "20230002": {"tiny.ipynb": "g"}}


def test_what_collecting_remembers_is_private(inside: Path) -> None:
    """Hashes and numbers, no work."""
    _import(inside, classroom.canvas_list())
    _collect(inside, classroom.canvas_download())
    path = inside / ".autograder" / "collected" / "tiny" / "kim01.json"
    assert json.loads(path.read_text())["order"] == [1, 67011] and path.stat().st_mode & 0o077 == 0
    assert OLD not in path.read_text()


def test_a_checkpoint_counts_where_there_is_nothing_else(inside: Path) -> None:
    """In a folder, and in a student's zip; beside the notebook it does not."""
    _import(inside, b"id\nkim\nlee\npark\n")
    copy = ".ipynb_checkpoints/tiny-checkpoint.ipynb"
    data = make_zip(
        [
            (f"kim/{copy}", b"1"), ("lee/tiny.ipynb", b"2"), (f"lee/{copy}", b"old"),
            ("park/a.zip", make_zip([(f"a/{copy}", b"3")])),
        ]
    )  # fmt: skip
    output = _collect(inside, data)
    assert _submitted(inside) == {
        "kim": {copy: "1"}, "lee": {"tiny.ipynb": "2"}, "park": {"tiny-checkpoint.ipynb": "3"},
    }  # fmt: skip
    assert f"lee/{copy}: it is a checkpoint beside the notebook itself" in output


def test_a_folder_of_class_zips_is_answered_with_the_next_step(inside: Path) -> None:
    """As nbgrader's own folder for downloads is."""
    folder = inside / "downloaded" / "tiny" / "archive"
    folder.mkdir(parents=True)
    (folder / "submissions.zip").write_bytes(classroom.canvas_download())
    with pytest.raises(UsageError, match="name these as sources"):
        _run("collect", "tiny", str(folder))
    assert "21 collected" in _run("collect", "tiny", str(folder / "submissions.zip")).output


@pytest.mark.parametrize("layout", ["Tiny_{}_attempt_2026-11-20-17-32-00_tiny.ipynb", "{}/tiny.ipynb", "{}_tiny.ipynb"])
@pytest.mark.parametrize("key", ["20230001", "kim01", "KIM01"])
def test_files_are_found_by_any_id_of_a_student(inside: Path, layout: str, key: str) -> None:
    """The student number or the login, whichever is the id in the course, in any case."""
    _import(inside, classroom.plain_list())
    _collect(inside, make_zip([(layout.format(key), b"1")]))
    assert _submitted(inside) == {"20230001": {"tiny.ipynb": "1"}}


def test_an_archive_of_another_kind_may_be_work(inside: Path) -> None:
    """So that the exit code says that somebody's work is not there."""
    _import(inside, classroom.canvas_list())
    output = _collect(
        inside, make_zip([("kim_12341_1_homework.rar", b"Rar!"), ("lee_12362_1_tiny.ipynb", b"")]), code=1
    )
    assert "NOT TAKEN: kim_12341_1_homework.rar: a .rar file cannot be graded" in output
