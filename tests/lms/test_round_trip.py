"""The class of 24 from each learning system's class list and download to the grades that it imports, byte by byte.

After a change, read the file of grades that the failing test names, and copy it to ``expected/`` if it is right.  The
fake engine gives a ``.py`` file no points.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli.main import cli
from autograder.nbgrader_plugs.record import record
from tests.authoring import tiny
from tests.lms import classroom
from tests.lms.classroom import PYTHON, TWICE, Contents, Person
from tests.nbgrader_plugs.conftest import course, pristine

__all__ = ["course", "pristine"]

pytestmark = pytest.mark.slow

EXPECTED = Path(__file__).with_name("expected")
HALF = {"solution-double": tiny.GOOD["solution-double"]}
SYSTEMS: dict[str, tuple[bytes, Callable[[Contents], bytes], bytes]] = {
    "canvas": (classroom.canvas_list(), classroom.canvas_download, classroom.canvas_list()),
    "moodle": (classroom.moodle_list(), classroom.moodle_download, classroom.moodle_worksheet()),
    "blackboard": (classroom.blackboard_list(), classroom.blackboard_download, classroom.blackboard_list()),
}


def _run(*arguments: str) -> Result:
    result = CliRunner().invoke(cli, arguments, standalone_mode=False)
    if result.exception:
        raise result.exception
    return result


def _contents(released: Path) -> Contents:
    """Notebooks of every kind: right, half, untouched; the older attempt is worse."""

    def notebook(person: Person, attempt: int) -> bytes:
        sources = ({}, HALF, tiny.GOOD)[person.seat % 3]
        if person is TWICE:
            sources = tiny.GOOD if attempt else {}
        if person is PYTHON:
            return "\n\n".join(tiny.GOOD.values()).encode()
        data = json.loads(released.read_text(encoding="utf-8"))
        for cell in data["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            cell["source"] = sources.get(grade_id, cell["source"])
        return json.dumps(data).encode()

    return notebook


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_class_goes_in_and_its_grades_come_out(course: Path, monkeypatch: pytest.MonkeyPatch, system: str) -> None:
    """Class list, download, grading, file of grades: as an instructor does it."""
    monkeypatch.chdir(course)
    roster, download, template = SYSTEMS[system]
    Path("roster.export").write_bytes(roster)
    Path("template.csv").write_bytes(template)
    Path("submissions.zip").write_bytes(download(_contents(course / "release" / "tiny" / "tiny.ipynb")))
    _run("roster", "import", "roster.export")
    sources = ["submissions.zip", "template.csv"] if system == "moodle" else ["submissions.zip"]
    assert "21 collected" in _run("collect", "tiny", *sources).output
    assert all(outcome.recorded for outcome in record(course, "tiny"))
    _run("gradebook", "tiny", "--for", system, "--csv", "grades.csv", "--template", "template.csv")
    expected = EXPECTED / f"round-trip-{system}.csv"
    assert Path("grades.csv").read_bytes() == expected.read_bytes(), course / "grades.csv"
