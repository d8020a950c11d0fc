"""The tables that a training run appends to: a CSV line for each step that is reported."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.files import write_text


def append(path: Path, row: Mapping[str, object]) -> None:
    """Adds a line, and the header when it is the first."""
    fresh = not path.exists()
    with path.open("a", newline="") as stream:
        _write(stream, [row], header=fresh)


def read(path: Path) -> list[dict[str, str]]:
    """All lines; none where there is no file."""
    if not path.exists():
        return []
    with path.open(newline="") as stream:
        return list(csv.DictReader(stream))


def drop_after(path: Path, step: int) -> None:
    """Removes the lines that a killed run wrote after its last checkpoint; the run writes them again."""
    if kept := [row for row in read(path) if int(row["step"]) <= step]:
        stream = io.StringIO(newline="")
        _write(stream, kept, header=True)
        write_text(path, stream.getvalue())
    else:
        path.unlink(missing_ok=True)


def _write(stream: io.TextIOBase, rows: Sequence[Mapping[str, object]], *, header: bool) -> None:
    writer = csv.DictWriter(stream, list(rows[0]))
    if header:
        writer.writeheader()
    writer.writerows(rows)
