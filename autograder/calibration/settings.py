"""Writes calibrated thresholds into ``course.toml``, and leaves everything else in it as it is."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from autograder.calibration.steps import Calibration
from autograder.errors import UsageError
from autograder.files import write_text


def write_thresholds(path: Path, profile: str, calibration: Calibration, note: str) -> None:
    """Sets ``auc_steps`` and ``bounds`` of a profile; whole or not at all.

    Args:
        path: ``course.toml``.
        profile: name of the profile.
        calibration: the thresholds.
        note: a comment behind ``auc_steps``.

    Raises:
        UsageError: the file is not valid TOML, or has no such profile.
    """
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8"))
        table = document["profiles"][profile]
    except (TOMLKitError, KeyError, TypeError) as error:
        raise UsageError(f"{path}: no table [profiles.{profile}] to write to ({error})") from None
    steps = tomlkit.array()
    for step in calibration.steps:
        entry = tomlkit.inline_table()
        entry.update({"auc": step.auc, "credit": step.credit})
        steps.append(entry)
    steps.comment(note)
    table["auc_steps"] = steps
    bounds = tomlkit.inline_table()
    bounds.update(dataclasses.asdict(calibration.bounds))
    table["bounds"] = bounds
    write_text(path, tomlkit.dumps(document))
