"""A class of 24 with Korean and Western names, as each learning system exports its list and its submissions.

Everybody hands in ``tiny.ipynb`` with their login in it, but for: ``MISSING``, who hand in nothing; ``TWICE``, who
hands in an older version as well; ``ZIPPED``, whose notebook lies in a zip; ``PYTHON``, who hands in ``tiny.py``;
``PAPER``, who hands in a PDF; and ``LATE``, who is late.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """A student; ``number`` is the student number, ``canvas`` Canvas's own, ``seat`` the place in the class."""

    seat: int
    login: str
    first: str
    last: str

    @property
    def number(self) -> str:
        return f"2023{self.seat:04d}"

    @property
    def canvas(self) -> str:
        return str(12340 + self.seat)

    @property
    def email(self) -> str:
        return f"{self.login}@Univ.kr"

    @property
    def section(self) -> str:
        return f"CS101-0{1 + self.seat % 2}"

    @property
    def is_korean(self) -> bool:
        return bool(self.last) and self.last >= "가"

    @property
    def sortable(self) -> str:
        return f"{self.last}{self.first}" if self.is_korean else ", ".join(filter(None, (self.last, self.first)))

    @property
    def displayed(self) -> str:
        return f"{self.last}{self.first}" if self.is_korean else " ".join(filter(None, (self.first, self.last)))

    @property
    def run_together(self) -> str:
        """As in a name of Canvas's: ``kimminsu``."""
        return "".join(c for c in f"{self.last}{self.first}".lower() if c.isalnum())


_NAMES = (
    ("kim01", "민수", "김"), ("jiwoo1", "지우", "김"), ("jiwoo2", "지우", "김"), ("lee.sh", "서현", "이"),
    ("park-jm", "지민", "박"), ("choi", "유진", "최"), ("namgung", "혁", "남궁"), ("heo", "준", "허"),
    ("jung_a", "아린", "정"), ("kang", "하늘", "강"), ("cho.ws", "우성", "조"), ("yoon", "서아", "윤"),
    ("asilva", "Ana Maria", "Silva"), ("nunez", "José", "Núñez"), ("obrien", "Pat", "O'Brien"),
    ("vangogh", "Vincent", "van Gogh"), ("okafor", "Ben", "Okafor"), ("martin", "Chloé", "Martin"),
    ("volkov", "Dmitri", "Volkov"), ("minsu.kim", "Minsu", "Kim"), ("haddad", "Farid", "Haddad"),
    ("lee", "Grace", "Lee"), ("berg", "Hugo", "Berg"), ("duarte", "Inês", "Duarte"),
)  # fmt: skip
CLASS = tuple(Person(seat, *names) for seat, names in enumerate(_NAMES, start=1))
BY_LOGIN = {person.login: person for person in CLASS}
TWICE, LATE, ZIPPED, PYTHON, PAPER = (BY_LOGIN[login] for login in ("kim01", "choi", "nunez", "okafor", "berg"))
MISSING = (BY_LOGIN["heo"], BY_LOGIN["duarte"])
WORKING = tuple(person for person in CLASS if person not in (*MISSING, PAPER))
OLD, NEW = "the older work of kim01", "kim01"


def work_of(person: Person) -> dict[str, str]:
    """What ``submitted/`` holds of a person in the end."""
    return {"tiny.py" if person is PYTHON else "tiny.ipynb": person.login}


def handed_in() -> Iterator[tuple[Person, int, str, bytes]]:
    """Each file that was handed in: whose, which attempt (0, 1), its name, its content."""
    for person in CLASS:
        if person in MISSING:
            continue
        if person is TWICE:
            yield person, 0, "tiny.ipynb", OLD.encode()
        name, data = "tiny.ipynb", person.login.encode()
        if person is ZIPPED:
            name, data = "work.zip", make_zip([("homework/tiny.ipynb", data), ("__MACOSX/homework/._tiny.ipynb", b"?")])
        elif person is PYTHON:
            name = "tiny.py"
        elif person is PAPER:
            name, data = "tiny.pdf", b"%PDF"
        yield person, int(person is TWICE), name, data


def make_zip(entries: Sequence[tuple[str, bytes]]) -> bytes:
    """A zip in memory."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return buffer.getvalue()


# Submissions


def canvas_download() -> bytes:
    """``kimminsu_LATE_12345_67890_tiny-1.ipynb``."""
    entries = []
    for person, attempt, name, data in handed_in():
        stem, _, end = name.rpartition(".")
        again = f"-{attempt}" if attempt else ""
        late = "LATE_" if person is LATE else ""
        submission = 67000 + person.seat * 10 + attempt
        entries.append((f"{person.run_together}_{late}{person.canvas}_{submission}_{stem}{again}.{end}", data))
    return make_zip(entries)


def moodle_download(*, flat: bool = False) -> bytes:
    """Folders or names with the participants' numbers; Moodle keeps the last version only, in NFD from a Mac."""
    entries = []
    for person, attempt, name, data in handed_in():
        if person is TWICE and not attempt:
            continue
        folder = f"{person.displayed}_{5000 + person.seat}_assignsubmission_file_"
        entries.append((f"{folder}{'' if flat else '/'}{name}", data))
        if not flat:
            entries.append(
                (f"{person.displayed}_{5000 + person.seat}_assignsubmission_onlinetext_/onlinetext.html", b"")
            )
    return make_zip([(unicodedata.normalize("NFD", name), data) for name, data in entries])


def blackboard_download() -> bytes:
    """``Tiny_kim01_attempt_2026-11-20-17-32-00_tiny.ipynb``, and a receipt for each attempt."""
    entries = []
    for person, attempt, name, data in handed_in():
        day = 25 if person is LATE else 20
        start = f"Tiny task_{person.login}_attempt_2026-11-{day}-17-3{2 + attempt}-00"
        entries += [(f"{start}_{name}", data), (f"{start}.txt", b"Name: ...")]
    return make_zip(entries)


def brightspace_download() -> bytes:
    """``12345-67890 - Minsu Kim - Nov 20, 2026 532 PM/tiny.ipynb``."""
    entries = [("index.html", b"<html>")]
    for person, attempt, name, data in handed_in():
        day = 25 if person is LATE else 20
        folder = f"{800 + person.seat}-67890 - {person.displayed} - Nov {day}, 2026 53{2 + attempt} PM"
        entries.append((f"{folder}/{name}", data))
    return make_zip(entries)


def gradescope_download() -> bytes:
    """``assignment_1_export/submission_123/...`` and the list of them."""
    entries, metadata = [], ["---"]
    for person, attempt, name, data in handed_in():
        folder = f"submission_{9000 + person.seat * 10 + attempt}"
        entries.append((f"assignment_1_export/{folder}/{name}", data))
        day = 25 if person is LATE else 20
        metadata += [
            f"{folder}:",
            "  :submitters:",
            f"  - :name: {person.displayed!r}".replace("'", '"') if "'" not in person.displayed else "  - :name: x",
            f"    :sid: '{person.number}'",
            f"    :email: {person.email.lower()}",
            f"  :created_at: 2026-11-{day} 08:3{2 + attempt}:00.123456000 Z",
            "  :score: 0.0",
            "  :history: []",
        ]
    text = "\n".join(metadata) + "\n"
    return make_zip([*entries, ("assignment_1_export/submission_metadata.yml", text.encode())])


def id_download(*, folders: bool) -> bytes:
    """``class/<id>/tiny.ipynb``, or ``<id>_20261120-173200_tiny.ipynb``."""
    entries = []
    for person, attempt, name, data in handed_in():
        if folders and person is TWICE and not attempt:
            continue
        day = 25 if person is LATE else 20
        path = f"class/{person.login}/{name}" if folders else f"{person.login}_202611{day}-173{2 + attempt}00_{name}"
        entries.append((path, data))
        if folders:
            entries.append(
                (f"class/{person.login}/timestamp.txt", f"2026-11-{day} 17:3{2 + attempt}:00 +09:00".encode())
            )
    return make_zip(entries)


# Class lists


def canvas_list(*, scores: bool = False) -> bytes:
    """Canvas's gradebook export, UTF-8 with a mark."""
    heads = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Tiny (4711)", "Current Score"]
    rows = [heads, ["    Points Possible", "", "", "", "", "6.5", "(read only)"]]
    rows += [[p.sortable, p.canvas, p.number, p.login, p.section, "", "90"] for p in CLASS]
    rows += [["Student, Test", "999", "", "f00", "CS101-01", "", ""]]
    return _csv(rows).encode("utf-8-sig")


def moodle_list() -> bytes:
    """Moodle's grade report, by the ID number."""
    heads = ["First name", "Last name", "ID number", "Institution", "Email address", "Assignment: Tiny (Real)"]
    return _csv([heads, *([p.first, p.last, p.number, "", p.email, "-"] for p in CLASS)]).encode()


def moodle_worksheet() -> bytes:
    """The assignment's offline grading worksheet."""
    heads = ["Identifier", "Full name", "Email address", "Status", "Grade", "Maximum grade",
             "Grade can be changed", "Last modified (submission)", "Last modified (grade)"]  # fmt: skip
    rows = [heads]
    for person in CLASS:
        day = "Wednesday, 25" if person is LATE else "Friday, 20"
        time = "-" if person in MISSING else f"{day} November 2026, 5:3{2 + (person is TWICE)} PM"
        status = "No submission" if person in MISSING else "Submitted for grading"
        name = f"Participant {5000 + person.seat}"
        rows.append([name, person.displayed, person.email, status, "", "6.50", "Yes", time, "-"])
    return _csv(rows).encode("utf-8-sig")


def blackboard_list() -> bytes:
    """Blackboard's download of the grade centre: tab-separated UTF-16."""
    heads = ["Last Name", "First Name", "Username", "Student ID", "Availability", "Tiny [Total Pts: 6.5 Score] |123"]
    rows = [heads, *([p.last, p.first, p.login, p.number, "Yes", ""] for p in CLASS)]
    return _csv(rows, delimiter="\t", quoting=csv.QUOTE_ALL).encode("utf-16")


def plain_list() -> bytes:
    """A table of the instructor's own, as Excel in Korea saves it."""
    rows = [["학번", "로그인 ID", "성", "이름", "이메일", "분반"]]
    rows += [[p.number, p.login, p.last, p.first, p.email, p.section] for p in CLASS]
    return _csv(rows, delimiter=";").encode("utf-8-sig")


def _csv(rows: Sequence[Sequence[str]], **options: object) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, **options).writerows(rows)  # type: ignore[arg-type]  # csv's own options
    return stream.getvalue()
