"""``autograder grade`` through its real entry point: lines, order, exit codes, and bad files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.grading.conftest import REFERENCE, write_course


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny course as a checkout."""
    return write_course(tmp_path_factory.mktemp("cli"))


def grade(course: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command in the course."""
    command = [sys.executable, "-m", "autograder", "grade", *arguments]
    return subprocess.run(command, cwd=course, capture_output=True, text=True, check=False, timeout=300)


def cell(source: str, grade_id: str) -> dict[str, Any]:
    """A solution cell as nbgrader marks it."""
    marks = {
        "grade_id": grade_id,
        "solution": True,
        "grade": False,
        "locked": False,
        "schema_version": 3,
        "task": False,
    }
    return {"cell_type": "code", "metadata": {"nbgrader": marks}, "source": source, "outputs": [],
            "execution_count": None, "id": grade_id}  # fmt: skip


def notebook(*cells: dict[str, Any]) -> str:
    """A notebook's text."""
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_each_file_gets_its_line_in_order(course: Path, tmp_path: Path) -> None:
    """Right, broken, odd and hostile files in one call: a line each, all graded, exit code 0."""
    good = notebook(
        cell("def double(x): return 2 * x", "solution-double"), cell("def after(): return 1", "solution-after")
    )
    large = good.replace('"metadata": {}, "nbformat"', '"metadata": {"x": "%s"}, "nbformat"' % ("a" * 50_000_000))
    files = {
        "right.py": (REFERENCE.encode(), 7.4),
        "right.ipynb": (good.encode(), 7.4),
        "cut.ipynb": (good[: len(good) // 2].encode(), 0),
        "list.ipynb": (b"[]", 0),
        "binary.ipynb": (bytes(range(256)), 0),
        "syntax.py": (b"def double(:", 0),
        "empty.py": (b"", 0),
        "large.ipynb": (large.encode(), 7.4),
        "loop.py": (b"def double(x):\n    while True: pass\ndef after(): return 1", 0),
        "exit.py": (b"import os\ndef double(x): os._exit(0)", 0),
    }  # fmt: skip
    for name, (content, _) in files.items():
        (tmp_path / name).write_bytes(content)
    done = grade(course, "--assignment", "tiny", "--json", *(str(tmp_path / name) for name in files))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["file"] for line in lines] == [str(tmp_path / name) for name in files]
    assert {line["outcome"] for line in lines} == {"graded"}
    assert [line["score"] for line in lines] == [score for _, score in files.values()]
    assert {line["max_score"] for line in lines} == {8}


def test_a_folder_is_a_submission(course: Path, tmp_path: Path) -> None:
    """The notebook in it is found by the assignment's name."""
    (tmp_path / "tiny.ipynb").write_text(notebook(cell(REFERENCE, "solution-double")))
    done = grade(course, "--assignment", "tiny", "--json", str(tmp_path))
    assert json.loads(done.stdout)["score"] == 7.4


def test_a_grader_fault_gives_exit_code_3(tmp_path: Path) -> None:
    """A broken test file is ours; the line says so and the score is not a zero for the student."""
    folder = write_course(tmp_path / "broken")
    (folder / "assignments" / "tiny" / "test_hidden.py").write_text("import nothing_of_that_name\n")
    (tmp_path / "right.py").write_text(REFERENCE)
    done = grade(folder, "--assignment", "tiny", "--json", str(tmp_path / "right.py"))
    line = json.loads(done.stdout)
    assert (done.returncode, line["outcome"], line["max_score"]) == (3, "grader_error", 0)
    assert {item["score"] for item in line["items"]} == {None}


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--assignment", "tinny", "x.py"], "Did you mean 'tiny'?"),
        (["--assignment", "tiny", "not-there.py"], "no such file: not-there.py"),
        (["--assignment", "tiny"], "Missing argument"),
        (["--assignment", "tiny", "--seed", "xyz", "right.py"], "hexadecimal"),
        (["--assignment", "tiny", "--profile", "huge", "right.py"], "profile 'huge' is not one of demo"),
    ],
)
def test_wrong_usage_gives_exit_code_2_and_a_reason(course: Path, arguments: list[str], text: str) -> None:
    """The reason says what to do; there is no traceback."""
    (course / "right.py").write_text(REFERENCE)
    done = grade(course, *arguments)
    assert done.returncode == 2
    assert text in done.stderr and "Traceback" not in done.stderr


def test_outside_of_any_course_it_says_where_to_go(tmp_path: Path) -> None:
    """Neither a course nor a checkout."""
    (tmp_path / "a.py").write_text("")
    done = grade(tmp_path, "--assignment", "tiny", "a.py")
    assert done.returncode == 2 and "autograder init" in done.stderr


def test_no_sandbox_is_refused_or_shouted(course: Path) -> None:
    """An unknown sandbox is an error; none at all is a warning in red."""
    (course / "right.py").write_text(REFERENCE)
    assert grade(course, "--assignment", "tiny", "--sandbox", "castle", "right.py").returncode == 2
    done = grade(course, "--assignment", "tiny", "--unsafe-no-sandbox", "--json", "right.py")
    assert done.returncode == 0 and "WARNING: no sandbox" in done.stderr
    assert json.loads(done.stdout)["score"] == 7.4


def test_the_table_for_people(course: Path) -> None:
    """Without ``--json`` there is a table with the flag for the TA."""
    (course / "right.py").write_text(REFERENCE)
    done = grade(course, "--assignment", "tiny", "right.py")
    assert "7.4 of 8 points" in done.stdout and "look at: double: look here" in done.stdout
