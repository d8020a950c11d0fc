"""Times are read where their text leaves nothing to guess, and refused by name where it does."""

from __future__ import annotations

import datetime
from zoneinfo import ZoneInfo

import pytest

from autograder.errors import UsageError
from autograder.times import AmbiguousTimeError, as_utc, duration, find_zone, from_utc, read_time, shown, system_zone

SEOUL = ZoneInfo("Asia/Seoul")
MOMENT = datetime.datetime(2026, 11, 20, 18, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-20 18:30:00 UTC",
        "2026-11-20 18:30:00 GMT",
        "2026-11-20 18:30 Z",
        "2026-11-20T18:30:00Z",
        "2026-11-20T18:30:00.000000Z",
        "2026-11-21 03:30:00 +0900",
        "2026-11-21 03:30:00 +09:00",
        "2026-11-21 03:30:00 +09",
        "2026-11-21T03:30+09:00",
        "2026-11-21 03:30:00+0900",
        "2026-11-21 03:30 UTC+9",
        "2026-11-21 03:30:00 Asia/Seoul",
        "2026-11-20 13:30:00 America/New_York",
        "2026-11-20 13:30:00-05:00",
        "2026-11-20-18-30-00",
        "20261120-183000",
        "20261120T183000Z",
        "\ufeff2026-11-20 18:30:00 UTC\r\n",
        "Nov 20, 2026 6:30 PM",
        "Fri Nov 20 18:30:00 UTC 2026",
        "Sat Nov 21 03:30:00 +0900 2026",
        "Sat Nov 21 2026 03:30:00 GMT+0900 (Korean Standard Time)",
        "Nov 21, 2026 03:30 GMT+9",
        "Nov 21, 2026 3:30 AM UTC+09:00",
        "Nov 21, 2026 3:30 AM +09:00",
        "21-Nov-2026 03:30 +0900",
        "21 Nov 2026 03:30 Asia/Seoul",
        "2026-11-20 6:30 PM",
        "2026-11-21 3:30 AM +09:00",
        "Fri, 20 Nov 2026 18:30:00 GMT",
        "21 Nov 2026 03:30 +0900",
    ],
)
def test_offsets_and_iana_names_are_understood(text: str) -> None:
    """nbgrader reads some of these as UTC, as 900 seconds, or without the minutes."""
    assert read_time(text) == MOMENT


@pytest.mark.parametrize("zone", ["KST", "JST", "EDT", "EST", "PST", "IST", "CEST", "CET", "kst", "MSK", "AEST"])
def test_an_abbreviation_is_refused_by_name(zone: str) -> None:
    """It is the name of no one offset, and guessing made a whole class late."""
    with pytest.raises(AmbiguousTimeError, match=f"^{zone} is ambiguous here: write [+-]"):
        read_time(f"2026-11-21 03:30:00 {zone}")
    with pytest.raises(AmbiguousTimeError, match=zone.upper()):
        read_time(f"21 Nov 2026 03:30 {zone.upper()}")
    with pytest.raises(AmbiguousTimeError, match=zone.upper()):
        read_time(f"Sat Nov 21 03:30:00 {zone.upper()} 2026")  # as `date` prints it


def test_the_message_says_what_is_meant() -> None:
    """In the words that the reader has to write."""
    with pytest.raises(AmbiguousTimeError) as caught:
        read_time("2026-11-21 03:30:00 KST")
    assert str(caught.value) == "KST is ambiguous here: write +09:00 or Asia/Seoul"


@pytest.mark.parametrize(
    "text",
    ["", " ", "soon", "20/11/2026 18:30", "11/20/2026", "2026-13-01 00:00", "2026-11-20 25:00", "Nov 20 18:30",
     "2026-11-20 18:30 Mars/Base", "1" * 60, "1" * 5000,
     "0001-01-01 00:00:00 +1400", "2026-11-20 18:30 +99:00", "\ufffd", "2026-11-20",
     "Nov 2026 23:59", "Nov 27 2026", "2026-11-20 13:00 AM",
     "2026-03-08 02:30 America/New_York"],
)  # fmt: skip
def test_what_leaves_something_to_guess_is_refused(text: str) -> None:
    """The message shows a time in the right form."""
    with pytest.raises(ValueError, match="2026-11-20 23:59"):
        read_time(text)


def test_an_abbreviation_before_an_offset_is_refused_as_well() -> None:
    """Whether KST+9 is nine hours before or after is read in both ways."""
    for text in ("Nov 20, 2026 20:00 KST+9", "Fri Nov 20 20:00:00 CST+0800 2026"):
        with pytest.raises(AmbiguousTimeError, match="ambiguous"):
            read_time(text)


def test_a_time_without_a_zone_is_in_the_callers() -> None:
    """The course's zone for an instructor; UTC for a file of nbgrader's."""
    assert read_time("2026-11-21 03:30", SEOUL) == read_time("2026-11-20 18:30") == MOMENT


def test_a_zone_is_named_in_full() -> None:
    """An abbreviation or a misspelling gets a suggestion."""
    assert find_zone("Asia/Seoul") == SEOUL
    for wrong, meant in (("KST", "Asia/Seoul"), ("Seoul", "Asia/Seoul"), ("Asia/Soul", "Asia/Seoul")):
        with pytest.raises(UsageError, match=f"got '{wrong}'; did you mean '{meant}'"):
            find_zone(wrong)
    with pytest.raises(UsageError, match=r"got 'GMT\+9'$"):  # Etc/GMT+9 is nine hours behind
        find_zone("GMT+9")
    with pytest.raises(UsageError, match="did you mean 'Asia/Seoul'"):
        find_zone("Korea")
    find_zone(system_zone())


def test_times_are_shown_with_their_zone() -> None:
    """In the course's zone, whatever the zone in which they were written."""
    assert shown(MOMENT, SEOUL) == "2026-11-21 03:30 (Asia/Seoul)"
    assert shown(MOMENT.replace(second=7), SEOUL) == "2026-11-21 03:30:07 (Asia/Seoul)"
    assert from_utc(as_utc(MOMENT.astimezone(SEOUL))) == MOMENT


def test_durations_are_in_minutes_begun() -> None:
    """Without days where there are none, in the language of the page."""
    assert duration(3 * 3600) == "3 h 0 min" and duration(90_061) == "1 d 1 h 2 min"
    assert duration(90_061, "ko") == "1일 1시간 2분"
