"""For any file of any name, the intake gives a submission, and nbgrader gets a notebook."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.intake import read_submission
from autograder.intake.files import MAX_FILE_BYTES
from autograder.nbgrader_plugs.salvage import SalvageExporter, salvage
from autograder.sources import MAX_BYTES
from tests.fuzz import intake
from tests.fuzz.mutations import ODD

repeatable = settings(derandomize=True, deadline=None, max_examples=100)

odd = st.sampled_from([*ODD, "code", "markdown", "raw", "solution-elu", "elu", ["def elu(x):\n", "  return x"]])
trees = st.recursive(
    odd, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
)
marks = st.fixed_dictionaries({"nbgrader": st.fixed_dictionaries({"grade_id": trees}) | trees})
pictures = st.dictionaries(st.text(max_size=3), st.dictionaries(st.just("image/png"), trees))
cells = st.fixed_dictionaries(
    {}, optional={"cell_type": odd, "source": trees, "metadata": marks | trees, "attachments": pictures | trees}
)
notebooks = st.fixed_dictionaries({"cells": st.lists(cells | trees, max_size=8) | trees}, optional={"metadata": trees})


@given(notebooks | trees)
@repeatable
def test_any_json_is_taken_in(tree: Any) -> None:
    """Lists and objects where text should be, text where lists should be, and numbers that are not finite."""
    intake.check(json.dumps(tree).encode())


@given(st.sampled_from(intake.SEEDS), st.randoms(use_true_random=False))
@repeatable
def test_damaged_notebooks_are_taken_in(seed: bytes, random: Random) -> None:
    """The released notebook with parts of its tree or its bytes changed."""
    intake.check(intake.mutate(seed, random))


@given(st.binary() | st.builds(str.encode, st.text(), st.sampled_from(["utf-8-sig", "utf-16", "utf-32", "utf-7"])))
@repeatable
def test_any_bytes_are_taken_in(data: bytes) -> None:
    """Rubbish and text of other encodings."""
    intake.check(data)


@pytest.mark.parametrize("number", range(len(intake.SEEDS)))
def test_notebooks_cut_short_are_taken_in(number: int) -> None:
    """A download that stopped, anywhere."""
    seed = intake.SEEDS[number]
    for end in (*range(0, len(seed), 1 + len(seed) // 25), len(seed)):
        intake.check(seed[:end])


@given(st.lists(st.binary(min_size=1, max_size=20), min_size=1, max_size=3), st.sampled_from([".ipynb", ".py"]))
@repeatable
def test_files_of_any_name_are_taken_in(
    tmp_path_factory: pytest.TempPathFactory, names: list[bytes], suffix: str
) -> None:
    """Names that are not text, or that a terminal would obey, are shown as printable text."""
    folder = tmp_path_factory.mktemp("names")
    for name in names:
        with suppress(OSError, ValueError):  # not every system can store every name
            (folder / (os.fsdecode(name.replace(b"/", b"")) + suffix)).write_text("x = 1")
    intake.check_submission(read_submission(folder, intake.RELEASED, intake.ASSIGNMENT))
    intake.check_notebook(salvage(folder / "activations.ipynb", intake.MASTER))


def repeated(unit: str, size: int, start: str = "", end: str = "") -> str:
    """Text of at most ``size`` characters: ``unit`` again and again."""
    return start + unit * ((size - len(start) - len(end)) // len(unit)) + end


OPEN = "x = (1\n%a)\nif 1:pass\n"  # no Python, so its magics are taken out, and then it is


@pytest.mark.parametrize(
    ("start", "unit", "end"),
    [
        ("", " ", "x"), ("", "a", ""), ("", "a?", "x"), ("", "\r", ""), ("", "! ", ""), ("", "!a\n", ""),
        ("a =", " ", ""), ("!", " ", ""), ("check(", ")", "x"), ("check(", ") #", ""), ("def ", " ", ""),
        (OPEN, "-", "1"), (OPEN, "(", ""), (OPEN, "+1", ""), (OPEN, ".a", ""), (OPEN, "1**", "1"), (OPEN, "9", ""),
        (OPEN, "lambda:", "1"), (OPEN, "\\\n", "1"), (OPEN, "elif 1:pass\n", ""), (OPEN, "f'{", ""), (OPEN, "\0", ""),
    ],
)  # fmt: skip
def test_source_of_the_largest_size_is_read_in_one_go(tmp_path: Path, start: str, unit: str, end: str) -> None:
    """With quadratic regular expressions or parsing this would take hours."""
    path = tmp_path / "activations.ipynb"
    for metadata in ({"nbgrader": {"grade_id": "solution-elu"}}, {}):
        cell = {"cell_type": "code", "source": repeated(unit, MAX_BYTES, start, end), "metadata": metadata}
        path.write_text(json.dumps({"cells": [cell]}))
        intake.check_submission(read_submission(path, intake.RELEASED, intake.ASSIGNMENT))


@pytest.mark.parametrize(
    "unit",
    ["[]", '{"":{}}', "9" * 4300, '"\\u1234"', "0." + "9" * 10_000],
    ids=["lists", "objects", "integers", "escapes", "fractions"],
)
def test_files_of_the_largest_size_are_read_in_one_go(tmp_path: Path, unit: str) -> None:
    """Numbers, escapes and objects by the million end in a message."""
    path = tmp_path / "activations.ipynb"
    path.write_text(repeated(unit + ",", MAX_FILE_BYTES, '{"cells":[', "0]}"))
    submission = read_submission(path, intake.RELEASED, intake.ASSIGNMENT)
    intake.check_submission(submission)
    assert submission.chunks == ()


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """A folder that may not be read."""
    if not hasattr(os, "geteuid") or os.geteuid() == 0:
        pytest.skip("permissions do not bind this user")
    folder = tmp_path / "locked"
    folder.mkdir(mode=0)
    yield folder
    folder.chmod(0o700)


def check_refused(folder: Path) -> None:
    """Neither the engine nor nbgrader fails on this folder."""
    submission = read_submission(folder, intake.RELEASED, intake.ASSIGNMENT)
    intake.check_submission(submission)
    assert submission.chunks == () and len(submission.notes) == 1
    intake.check_notebook(salvage(folder / "activations.ipynb", intake.MASTER))


def test_a_folder_that_may_not_be_read_is_a_note(locked: Path) -> None:
    """Collected files may keep the permissions that a student gave them."""
    check_refused(locked)


def test_a_name_that_is_too_long_is_a_note(tmp_path: Path) -> None:
    """As is a path that runs through a file, or that holds a null byte."""
    (tmp_path / "file").touch()
    for name in ("a" * 300, "file/below", "a\0b"):
        check_refused(tmp_path / name)


@pytest.mark.parametrize("seconds", [2**40, -(2**40)])
def test_a_file_of_an_impossible_date_is_converted(
    tmp_path: Path, seconds: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Collected files keep their date, and some file systems store years that Python cannot represent."""
    path = tmp_path / "activations.ipynb"
    path.write_bytes(intake.SEEDS[0])
    status = os.stat_result((0o100644, 0, 0, 1, 0, 0, 0, seconds, seconds, seconds))
    monkeypatch.setattr(Path, "stat", lambda *_, **__: status)
    monkeypatch.setattr(SalvageExporter, "_master", lambda *_: intake.MASTER)
    resources = SalvageExporter().from_filename(str(path), {})[1]
    assert resources["metadata"]["modified_date"] == "January 1, 1970"
