"""Gradescope's export: a folder for each submission, and ``submission_metadata.yml`` that says whose it is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

import yaml

from autograder.errors import SubmissionError, UsageError
from autograder.lms.downloads import Download
from autograder.lms.layouts import Claim, Parser
from autograder.lms.times import parse_lms_time

METADATA = "submission_metadata.yml"
MAX_METADATA_BYTES = 32 * 2**20
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # texts, lists and dictionaries only; the one in C is quick


def metadata_of(download: Download) -> bytes | None:
    """The export's list of submissions; None for another download.

    Raises:
        UsageError: it cannot be read.
    """
    for file in download.files:
        if file.path.name == METADATA:
            try:
                return file.read()
            except SubmissionError as error:
                raise UsageError(f"{download.name}: {METADATA} {error}") from None
    return None


def gradescope(metadata: bytes, zone: ZoneInfo) -> Parser:
    """A parser for the export that this list belongs to; the work of a group is everybody's.

    Raises:
        UsageError: the list is not one of Gradescope's.
    """
    try:
        data = yaml.load(metadata[:MAX_METADATA_BYTES], Loader=_LOADER)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise UsageError(f"{METADATA} cannot be read: {str(error).splitlines()[0]}; export again") from None
    if not isinstance(data, dict):
        raise UsageError(f"{METADATA} lists no submissions; export again")
    claims = {str(folder): tuple(_claims(entry, zone)) for folder, entry in data.items()}

    def parse(path: PurePosixPath) -> tuple[Claim, ...]:
        if path.name == METADATA:
            return (Claim(""),)
        for place, part in enumerate(path.parts[:-1]):
            if part in claims:
                file = "/".join(path.parts[place + 1 :])
                return tuple(
                    Claim(file, claim.kind, claim.key, claim.name, claim.email, claim.time) for claim in claims[part]
                )
        return ()

    return parse


def _claims(entry: object, zone: ZoneInfo) -> Iterator[Claim]:
    time = parse_lms_time(_text(entry, "created_at"), zone)
    submitters = _field(entry, "submitters")
    for submitter in submitters if isinstance(submitters, list) else ():
        name, number, email = (_text(submitter, key) for key in ("name", "sid", "email"))
        yield Claim("", "id", number, name, email, time)


def _field(entry: object, key: str) -> object:
    """A field whose name is a symbol of Ruby's, ``:name``."""
    return entry.get(f":{key}", entry.get(key)) if isinstance(entry, dict) else None


def _text(entry: object, key: str) -> str:
    value = _field(entry, key)
    return value.strip() if isinstance(value, str) else ""
