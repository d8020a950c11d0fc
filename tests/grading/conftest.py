"""A tiny course of one assignment, so that the engine is tested apart from the real course."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from autograder.grading.engine import Engine, Options
from autograder.model import Chunk, Submission
from autograder.sandbox import choose_backend
from autograder.workspace import Workspace, find_workspace

ASSIGNMENT = """
id = "tiny"
reference = "tiny.py"
packages = ["numpy"]
[title]
en = "Tiny"
ko = "작은 과제"
[limits]
call_wall_s = 3
load_wall_s = 3
memory_mib = 512
[[items]]
id = "double"
points = 6
title = { en = "Double", ko = "두 배" }
[[items]]
id = "after"
points = 2
title = { en = "After", ko = "그다음" }
[[items]]
id = "essay"
points = 3
kind = "manual"
title = { en = "Essay", ko = "글" }
"""

PUBLIC = '''
import numpy as np
import pytest

@pytest.mark.item("double", hint="Multiply by 2.")
def test_doubles_three(student):
    """Twice 3 is 6."""
    assert student.double(3) == 6, "double(3) is not 6"
'''

HIDDEN = '''
import numpy as np
import pytest
from autograder.grading.checks import check_close, check_unchanged
from autograder.model import Award

@pytest.mark.item("double", weight=2, hint="Return a new array.")
def test_arrays(student, rng, reference):
    """Arrays are doubled and left as they were."""
    x = rng.normal(size=5)
    reply = student.call("double", x)
    check_close(reply.value, reference.double(x))
    check_unchanged(reply, x)

@pytest.mark.item("double", hint="Give the total.")
def test_credit(student, record):
    """Half of the credit is given by the test itself."""
    student.double(1)
    record.award(Award(credit=0.5, message="half", flags=("look here",), numbers={"halves": [1, None]}))

@pytest.mark.item("double")
def test_digests_the_answer(student):
    """The answer can be indexed."""
    assert student.double(np.arange(2))[1] == 2

@pytest.mark.item("after", requires=("double",))
def test_after(student):
    """Runs only after double is complete."""
    assert student.after() == 1
'''

REFERENCE = "def double(x):\n    return 2 * x\n\ndef after():\n    return 1\n"

COURSE = """
language = "{language}"
profile = "demo"
assignments = ["tiny"]
[title]
en = "T"
ko = "T"
[profiles.demo]
size = 64
per_class = 1
hidden_per_class = 1
width = 0.125
dense_units = 8
epochs = 1
steps_per_epoch = 1
validation_steps = 1
batch_size = 1
training_wall_s = 1
auc_steps = [{{ auc = 0.5, credit = 1.0 }}]
"""


def write_course(folder: Path, language: str = "en") -> Path:
    """Writes the tiny course; gives its folder."""
    tiny = folder / "assignments" / "tiny"
    tiny.mkdir(parents=True)
    (folder / "reference_solution").mkdir()
    (folder / "assignments" / "course.toml").write_text(COURSE.format(language=language))
    (tiny / "assignment.toml").write_text(ASSIGNMENT, encoding="utf-8")
    (tiny / "test_public.py").write_text(PUBLIC)
    (tiny / "test_hidden.py").write_text(HIDDEN)
    (tiny / "tests_ko.toml").write_text(
        '[test_doubles_three]\ntitle = "3의 두 배는 6"\nhint = "2를 곱하세요."\n', encoding="utf-8"
    )
    (folder / "reference_solution" / "tiny.py").write_text(REFERENCE)
    return folder


@pytest.fixture(scope="session")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The tiny course as a checkout."""
    return find_workspace(write_course(tmp_path_factory.mktemp("tiny")))


@pytest.fixture(scope="session")
def engine(workspace: Workspace) -> Iterator[Engine]:
    """One warm engine for all tests of this folder."""
    with Engine(workspace, "tiny", choose_backend(), Options()) as running:
        yield running


def submission(source: str, label: str = "someone") -> Submission:
    """A submission of one cell."""
    return Submission(label, (Chunk("cell", textwrap.dedent(source)),))
