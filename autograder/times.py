"""Times with their zones: one reading and one way of writing for due dates, submissions and what an LMS writes.

Theory of operation: an abbreviation such as KST, IST or EST is the name of no one offset, and nbgrader reads most of
them as UTC, which makes a whole class late.  So a time is read only where its text leaves nothing to guess: the date
with the year first (or with the month as a word), and after it an offset, an IANA name, UTC, GMT or Z.  A time
without a zone is in the zone that the caller names.
"""

from __future__ import annotations

import datetime
import difflib
import math
import re
import zoneinfo
from functools import cache

from dateutil import parser as dateutil_parser

from autograder.errors import UsageError

MAX_CHARACTERS = 100
UTC = zoneinfo.ZoneInfo("UTC")
WANTED = "a time such as 2026-11-20 23:59, 2026-11-20 23:59 +09:00 or 2026-11-20 23:59 Asia/Seoul"

_TIME = re.compile(
    r"(?P<year>\d{4})(?P<dash>-?)(?P<month>\d\d)(?P=dash)(?P<day>\d\d)"
    r"[ T_-]+(?P<hour>\d\d|\d(?=:))(?P<colon>[:-]?)(?P<minute>\d\d)"
    r"(?:(?P=colon)(?P<second>\d\d)(?:[.,](?P<part>\d+))?)?(?:\s*(?P<half>[AaPp][Mm])\b)?"
    r"\s*(?P<zone>\D.*|)",
    re.DOTALL,
)
_OFFSET = re.compile(r"(?:UTC|GMT)?\s*([+-])(\d\d?)(?::?([0-5]\d))?")
_NAMED_OFFSET = re.compile(r"(?<![A-Za-z])([A-Za-z]{1,5})\s*([+-]\d\d?(?::?[0-5]\d)?)(?![\d-])")
_PLACE = re.compile(r"\s*\([^()]*\)\s*$")  # as browsers write it: GMT+0900 (Korean Standard Time)
_WORDS = re.compile(r"(?i)am|pm|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)[a-z]*")
_DEFAULTS = (datetime.datetime(2000, 1, 1), datetime.datetime(2001, 2, 2, 1, 1))  # that differ in everything
_MONTH = re.compile(r"(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
_MEANT = {
    "KST": "+09:00 or Asia/Seoul",
    "JST": "+09:00 or Asia/Tokyo",
    "IST": "+05:30 or Asia/Kolkata, +01:00 or Europe/Dublin, +02:00 or Asia/Jerusalem",
    "CST": "-06:00 or America/Chicago, +08:00 or Asia/Shanghai",
    "BST": "+01:00 or Europe/London",
    "EST": "-05:00 or America/New_York",
    "EDT": "-04:00 or America/New_York",
    "PST": "-08:00 or America/Los_Angeles",
    "PDT": "-07:00 or America/Los_Angeles",
    "CET": "+01:00 or Europe/Berlin",
    "CEST": "+02:00 or Europe/Berlin",
}


_COUNTRIES = {"korea": "Asia/Seoul", "south_korea": "Asia/Seoul", "japan": "Asia/Tokyo", "germany": "Europe/Berlin"}


class AmbiguousTimeError(ValueError):
    """A zone's abbreviation; the message names it and what is meant by it."""

    def __init__(self, zone: str, meant: str):
        super().__init__(f"{zone} is ambiguous here: write {meant}")
        self.zone, self.meant = zone, meant


def read_time(text: str, zone: datetime.tzinfo = UTC) -> datetime.datetime:
    """A time from a text.

    Args:
        text: such as ``2026-11-20 23:59:00 +09:00``, ``2026-11-20T14:59:00Z``, ``2026-11-20-23-59-00``.
        zone: of a text that names none.

    Returns:
        The time in UTC, with its zone.

    Raises:
        AmbiguousTimeError: the zone is an abbreviation other than UTC, GMT and Z.
        ValueError: the text is not a time; the message says what was wanted.
    """
    text = text.strip().lstrip("\ufeff").strip()
    refused = ValueError(f"wanted {WANTED}, got {text[:MAX_CHARACTERS]!r}")
    if not text or len(text) > MAX_CHARACTERS:
        raise refused
    try:
        wall, named = _by_numbers(text) or _by_words(text)
        return in_zone(wall, _zone(named) if named else zone).astimezone(datetime.UTC)
    except AmbiguousTimeError:
        raise
    except (ValueError, OverflowError, TypeError):  # dateutil raises all of them
        raise refused from None


def in_zone(wall: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """A time on the clocks of a zone; of one that comes twice, where clocks go back, the first.

    Raises:
        ValueError: the clocks go forward over it.
    """
    time = wall.replace(tzinfo=zone)
    if time.astimezone(datetime.UTC).astimezone(zone).replace(tzinfo=None) != wall:
        raise ValueError(f"the clocks of {zone} go forward over {wall:%Y-%m-%d %H:%M}: there is no such time")
    return time


def _by_numbers(text: str) -> tuple[datetime.datetime, str] | None:
    """A time that is written in numbers, and what follows it."""
    found = _TIME.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (
        int(found[name] or 0) for name in ("year", "month", "day", "hour", "minute", "second")
    )
    part = int((found["part"] or "0").ljust(6, "0")[:6])
    if found["half"]:
        if not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + (12 if found["half"].lower() == "pm" else 0)
    return datetime.datetime(year, month, day, hour, minute, second, part), found["zone"].strip()


def _by_words(text: str) -> tuple[datetime.datetime, str]:
    """A time whose month is a word, such as ``Nov 20, 2026 5:32 PM``; in numbers alone the order would be a guess.

    Its zone may be anywhere, as in ``Fri Nov 20 20:00:00 KST 2026``.
    """
    if not _MONTH.search(text) or not re.search(r"\b\d{4}\b", text):
        raise ValueError
    text, offset = _without_offset(_PLACE.sub("", text))
    place = re.search(r"\s([A-Za-z_]+/[\w/+-]+)$", text)
    words = text[: place.start()] if place else text
    wall, other = (dateutil_parser.parse(words, tzinfos=_dateutil_zone, default=each) for each in _DEFAULTS)
    if wall != other:
        raise ValueError  # it leaves a day or an hour to be guessed
    if wall.tzinfo is None:
        return wall, offset or (place[1] if place else "")
    return as_utc(wall), "UTC"


def _without_offset(text: str) -> tuple[str, str]:
    """Takes ``GMT+9`` out of a text: dateutil reads it as POSIX does, with the sign turned round."""
    for found in _NAMED_OFFSET.finditer(text):
        name = found[1].upper()
        if name in ("UTC", "GMT", "Z"):
            return f"{text[: found.start()]} {text[found.end() :]}", found[2]
        if not _WORDS.fullmatch(name) and name != "T":
            raise AmbiguousTimeError(found[0].strip(), f"{found[2]} alone")
    return text, ""


def _dateutil_zone(name: str | None, offset_s: int | None) -> datetime.tzinfo | None:
    """What dateutil asks for the zone that it finds, or for none; it would drop one that it does not know."""
    if offset_s is not None:
        return datetime.timezone(datetime.timedelta(seconds=offset_s))
    return _zone(name) if name is not None else None


def _zone(text: str) -> datetime.tzinfo:
    if text.upper() in ("Z", "UTC", "GMT"):
        return datetime.UTC
    if offset := _OFFSET.fullmatch(text):
        size = datetime.timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return datetime.timezone(-size if offset[1] == "-" else size)
    if re.fullmatch(r"[A-Za-z]{2,5}", text) and (text.isupper() or text.upper() in _MEANT):
        raise AmbiguousTimeError(text, _MEANT.get(text.upper(), "+09:00 or Asia/Seoul (your own offset or place)"))
    if text not in _zone_names():
        raise ValueError
    return zoneinfo.ZoneInfo(text)


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def find_zone(name: str, where: str = "timezone") -> zoneinfo.ZoneInfo:
    """The time zone of an IANA name.

    Args:
        name: such as ``Asia/Seoul``.
        where: the setting, for the message.

    Raises:
        UsageError: there is no such zone; the message suggests names.
    """
    if name in _zone_names():
        return zoneinfo.ZoneInfo(name)
    places = {
        zone.rsplit("/", 1)[-1].lower(): zone for zone in sorted(_zone_names()) if "/" in zone and zone[:4] != "Etc/"
    }
    places |= _COUNTRIES
    near = difflib.get_close_matches(name.rsplit("/", 1)[-1].lower().replace(" ", "_"), places, n=1, cutoff=0.75)
    meant = _MEANT.get(name.upper(), "").split(" or ")[-1] or (places[near[0]] if near else "")
    hint = f"; did you mean {meant!r}?" if meant else ""
    raise UsageError(f"{where}: wanted the IANA name of a time zone, such as Asia/Seoul, got {name!r}{hint}")


def system_zone() -> str:
    """The IANA name of this machine's time zone; UTC where the machine does not tell it."""
    import tzlocal  # only for the command that makes a course

    try:
        name = tzlocal.get_localzone_name()
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"
    return name if name in _zone_names() else "UTC"


def as_utc(time: datetime.datetime) -> datetime.datetime:
    """A time as nbgrader keeps it: in UTC, without a zone."""
    return time.astimezone(datetime.UTC).replace(tzinfo=None)


def from_utc(time: datetime.datetime) -> datetime.datetime:
    """The inverse of ``as_utc``."""
    return time.replace(tzinfo=datetime.UTC)


def duration(seconds: float, language: str = "en") -> str:
    """A duration for people, in minutes begun: ``1 d 2 h 3 min``, in Korean ``1일 2시간 3분``."""
    day, hour, minute = ("일", "시간", "분") if language == "ko" else (" d", " h", " min")
    days, rest = divmod(math.ceil(seconds / 60), 24 * 60)
    return f"{f'{days}{day} ' if days else ''}{rest // 60}{hour} {rest % 60}{minute}"


def shown(time: datetime.datetime, zone: datetime.tzinfo) -> str:
    """A time for people, in a zone and with it: ``2026-11-20 23:59 (Asia/Seoul)``.

    Args:
        time: with its zone.
        zone: of the course.
    """
    there = time.astimezone(zone)
    seconds = there.strftime(":%S") if there.second else ""
    return f"{there:%Y-%m-%d %H:%M}{seconds} ({zone})"
