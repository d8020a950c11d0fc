"""Finds the student that a learning system means: by its own ids first, by name only where nobody else has it."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from autograder.ids import is_student_id, normal_id
from autograder.lms.layouts import Claim
from autograder.lms.names import full_name, name_key, name_keys
from autograder.lms.roster import LMS_COLUMNS, Student
from autograder.lms.worksheet import Participant

_ID_COLUMNS = tuple(column for column in LMS_COLUMNS if not column.endswith("_name") and column != "canvas_id")


@dataclass(frozen=True)
class Owner:
    """Whose a file is: ``id`` is "" where nobody could be found, and ``remark`` says why, or what is odd."""

    id: str
    remark: str = ""
    listed: bool = True


class Directory:
    """The students of a course and the participants of a Moodle assignment, by everything they are called."""

    def __init__(self, students: Sequence[Student], participants: Sequence[Participant] = ()):
        self.students = tuple(students)
        self._participants = {each.number: each for each in participants if each.number}
        called = Counter(name_key(each.name) for each in self._participants.values())
        self._namesakes = frozenset(name for name, count in called.items() if count > 1)
        self._ids = _index(students, lambda student: (student.id,))
        self._logins = _index(students, lambda student: (student.id, *(student.of(column) for column in _ID_COLUMNS)))
        self._numbers = _index(students, lambda student: (student.of("canvas_id"),))
        self._mails = _index(students, lambda student: (student.email,))
        self._names = _index(students, _keys)

    def knows(self, text: str) -> bool:
        """Whether a text is the id of exactly one student, in the course or in a learning system."""
        return self._by_id(text) is not None

    def participant(self, claim: Claim) -> Participant | None:
        """The line of Moodle's worksheet that a claim is about."""
        return self._participants.get(claim.key) if claim.kind == "participant" else None

    @property
    def participants(self) -> int:
        """The number of Moodle's participants that are known."""
        return len(self._participants)

    def owner(self, claim: Claim, namesakes: frozenset[str] = frozenset()) -> Owner:
        """Whose a file is.

        Args:
            claim: what the file's name says.
            namesakes: names (see ``name_key``) that several students of this download have.
        """
        if participant := self.participant(claim):
            return self._of_participant(participant)
        if student := self._by_claim(claim):
            return Owner(student.id)
        return self._by_name_or_unlisted(claim, namesakes)

    def _by_claim(self, claim: Claim) -> Student | None:
        if claim.kind == "canvas_id":
            return _only(self._numbers, claim.key)
        by_mail = _only(self._mails, claim.email)
        return by_mail or (self._by_id(claim.key) if claim.kind in ("id", "blackboard_username") else None)

    def _by_id(self, text: str) -> Student | None:
        return _only(self._ids, text) or _only(self._logins, text)

    def _by_name_or_unlisted(self, claim: Claim, namesakes: frozenset[str] = frozenset()) -> Owner:
        """The one student of that name, or else somebody new under the id that the learning system gives."""
        found, key = self._named(claim), name_key(claim.name)
        if len(found) == 1 and key not in namesakes:
            return Owner(found[0].id)
        own_id = _unlisted_id(claim)
        if own_id and (not found or claim.key != claim.name):
            called = f" ({claim.name})" if claim.name not in ("", own_id) else ""
            return Owner(own_id, f"{own_id}{called} is not in the roster: collected under this id", listed=False)
        if found:
            ids = ", ".join(student.id for student in found)
            return Owner("", f"several students are called {claim.name} ({ids}), and nothing else tells whose it is")
        return Owner("", f"nobody in the roster is called {claim.name!r}{self._nearest(claim.name)}")

    def _named(self, claim: Claim) -> list[Student]:
        """The students of a name whom the learning system cannot call by another id."""
        for name in (claim.name, claim.name.partition("-")[2]):  # Moodle puts the group before the name
            found = self._names.get(name_key(name), ()) if name else ()
            if free := [each for each in found if claim.kind != "canvas_id" or not each.of("canvas_id")]:
                return free
        return []

    def _nearest(self, name: str) -> str:
        near = difflib.get_close_matches(name_key(name), list(self._names), n=3, cutoff=0.6)
        students = dict.fromkeys(student for key in near for student in self._names[key])
        shown = [f"{full_name(student.first_name, student.last_name)} ({student.id})" for student in students]
        return f"; the nearest: {', '.join(shown)}" if shown else ""

    def _of_participant(self, participant: Participant) -> Owner:
        for text in (participant.username, participant.id_number):
            if student := self._by_id(text):
                return Owner(student.id)
        if student := _only(self._mails, participant.email):
            return Owner(student.id)
        number = participant.username or participant.id_number
        return self._by_name_or_unlisted(Claim("", "id", number, participant.name, participant.email), self._namesakes)


def _unlisted_id(claim: Claim) -> str:
    """The best id that a claim gives for somebody who is in no roster; "" where it gives none."""
    key = claim.key if claim.kind in ("id", "canvas_id", "blackboard_username") else ""
    texts = map(normal_id, (key, claim.email.partition("@")[0]))
    return next(filter(is_student_id, texts), "")


def _keys(student: Student) -> Iterable[str]:
    return name_keys(student.first_name, student.last_name, student.of("canvas_name"), student.of("moodle_name"))


def _index(students: Sequence[Student], texts: Callable[[Student], Iterable[str]]) -> dict[str, tuple[Student, ...]]:
    """Students by texts, each also without regard to case."""
    index: dict[str, dict[Student, None]] = {}
    for student in students:
        for text in texts(student):
            for form in {normal_id(text), normal_id(text).casefold()} - {""}:
                index.setdefault(form, {})[student] = None
    return {form: tuple(found) for form, found in index.items()}


def _only(index: dict[str, tuple[Student, ...]], text: str) -> Student | None:
    """The one student whom a text means; as it is written, or else whatever its case."""
    for form in (normal_id(text), normal_id(text).casefold()):
        if len(found := index.get(form, ())) == 1:
            return found[0]
    return None
