"""The log of what was run: ``.autograder/log/<time>.jsonl``, one JSON object per line, written as it happens.

The first line says what was run, by whom, and with which versions; each assignment has a line with its edition, each
student one with what came out.  Only the course's owner may read it.
"""

from __future__ import annotations

import datetime
import getpass
import json
import os
import platform
import secrets
import subprocess
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path

from autograder.files import write_text
from autograder.model import Report
from autograder.version import __version__

PACKAGES = ("tensorflow", "keras", "numpy", "nbgrader", "distributed")
GIT_S = 10.0


class RunLog:
    """Appends to a file; without one it does nothing.

    Args:
        path: the file, in a folder that is there.
    """

    def __init__(self, path: Path | None = None):
        self.path = path

    def start(self, command: str, arguments: Mapping[str, object], checkout: Path) -> None:
        """What is run, by whom, with what; ``checkout`` is where the assignments come from."""
        self._write(
            "start",
            command=command,
            arguments=dict(arguments),
            user=_user(),
            machine=platform.node(),
            versions={"cxr-autograder": __version__, "python": platform.python_version(), **_versions(PACKAGES)},
            commit=_commit(checkout),
        )

    def assignment(self, assignment_id: str, submissions: int, *, tests: str, marking: str) -> None:
        """An assignment's turn begins; the two hashes are those of ``grading.edition``."""
        self._write("assignment", assignment=assignment_id, submissions=submissions, tests=tests, marking=marking)

    def student(
        self, assignment_id: str, student: str, report: Report, what: str, *, why: str = "", before: float | None = None
    ) -> None:
        """What came out for a student; ``before`` is the score that was recorded until then."""
        self._write(
            "student",
            assignment=assignment_id,
            student=student,
            key=report.key,
            outcome=report.outcome,
            score=report.score,
            max_score=report.max_score,
            before=before,
            what=what,
            **({"why": why} if why else {}),
        )

    def stopped(self, assignment_id: str, why: str) -> None:
        """Nothing more is done for an assignment, and why."""
        self._write("stopped", assignment=assignment_id, why=why)

    def end(self, code: int, why: str = "") -> None:
        """The exit code, and why where something stopped the command."""
        self._write("end", code=code, **({"why": why} if why else {}))

    def _write(self, event: str, **values: object) -> None:
        if self.path is None:
            return
        line = json.dumps({"time": _now().isoformat(timespec="seconds"), "event": event, **values}, ensure_ascii=False)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as stream:
            stream.write(line.encode("utf-8", "replace") + b"\n")


def new_log(folder: Path) -> RunLog:
    """A log under the present time, in a folder that is made if missing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return RunLog(folder / f"{_now():%Y-%m-%dT%H-%M-%SZ}-{secrets.token_hex(2)}.jsonl")


def forget_in_logs(folder: Path, student: str) -> None:
    """Removes a student's lines from every log."""
    for path in sorted(folder.glob("*.jsonl")):
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if not _names(line, student)]
        if kept != lines:
            write_text(path, "".join(f"{line}\n" for line in kept), private=True)


def _names(line: str, student: str) -> bool:
    """Whether a line is about the student, or was called for them."""
    try:
        entry = json.loads(line)
        arguments = entry.get("arguments", {}) or {}
        return entry.get("student") == student or student in arguments.get("students", ())
    except (ValueError, AttributeError, TypeError):
        return student in line


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in some containers
        return str(os.getuid()) if hasattr(os, "getuid") else ""


def _versions(packages: Sequence[str]) -> dict[str, str]:
    """From the packages' metadata: importing TensorFlow takes seconds."""
    found = {}
    for package in packages:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def _commit(checkout: Path) -> str:
    """The checkout's commit, with a + where files differ from it; "" where there is no git."""
    try:
        commit = _git(checkout, "rev-parse", "HEAD")
        return commit + ("+" if _git(checkout, "status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.SubprocessError):
        return ""


def _git(checkout: Path, *arguments: str) -> str:
    command = ["git", "-C", str(checkout), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=GIT_S).stdout.strip()
