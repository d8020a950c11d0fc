"""What went wrong while a submission was loaded, told to the student."""

from __future__ import annotations

from collections.abc import Iterable

from autograder.protocol.verbs import Fault

MAX_MESSAGE_CHARACTERS = 500


def notes_on_faults(faults: Iterable[Fault], language: str) -> tuple[str, ...]:
    """What failed while a submission was loaded, for the student: the same fault at several places is told once."""
    places: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        places.setdefault((fault.kind, fault.message[:MAX_MESSAGE_CHARACTERS]), []).append(fault.where)
    return tuple(
        f"{where[0]}{_and_more(len(where) - 1, language)}: {kind}: {message}"
        for (kind, message), where in places.items()
    )


def _and_more(number: int, language: str) -> str:
    if not number:
        return ""
    return f" 외 {number}곳" if language == "ko" else f" (and {number} more place{'s' * (number > 1)})"
