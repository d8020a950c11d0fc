"""Times as learning systems write them into names of files and tables."""

from __future__ import annotations

import datetime
import re
from zoneinfo import ZoneInfo

from autograder.times import as_utc, in_zone, read_time

_KOREAN = re.compile(
    r"(\d{4})[년.]\s*(\d{1,2})[월.]\s*(\d{1,2})[일.]\D*?(오전|오후)?\s*(\d{1,2}?)\s*[:시]?\s*(\d\d)(?:[:분]\s*(\d\d)?초?)?\s*"
)
_CLOCK = re.compile(r"\b(\d{1,2})[.-]?(\d\d)(\s*[AaPp][Mm])?$")  # a file's name cannot hold a colon


def parse_lms_time(text: str, zone: ZoneInfo) -> datetime.datetime | None:
    """A time such as ``2026-11-20-17-32-00``, ``Nov 20, 2026 532 PM`` or ``2026년 11월 20일 오후 5:32``.

    Args:
        text: with nothing before and behind the time but the day of the week.
        zone: in which the learning system writes times that have no zone of their own.

    Returns:
        The time in UTC, without a zone; None where the text is no time.
    """
    text = text.strip()
    try:
        if korean := _KOREAN.fullmatch(text):
            return as_utc(in_zone(_of_korean(korean), zone))
        if re.match(r"\D", text):
            text = _CLOCK.sub(r"\1:\2\3", text)
        return as_utc(read_time(text, zone))
    except (ValueError, OverflowError):  # an ambiguous zone, the 31st of February
        return None


def _of_korean(found: re.Match[str]) -> datetime.datetime:
    year, month, day, half, hour, minute, second = found.groups()
    hours = int(hour) if half is None else int(hour) % 12 + (12 if half == "오후" else 0)
    return datetime.datetime(int(year), int(month), int(day), hours, int(minute), int(second or 0))
