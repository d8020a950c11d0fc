"""A checkout with one tiny assignment, for the tests of authoring, intake and gradebook."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]

ASSIGNMENT = """\
id = "tiny"
packages = ["numpy"]
reference = "tiny.py"
title = { en = "Tiny", ko = "작은 과제" }

[[items]]
id = "double"
points = 2
functions = ["double"]
title = { en = "Doubling", ko = "두 배" }

[[items]]
id = "halve"
points = 1.5
functions = ["halve"]
title = { en = "Halving", ko = "반" }

[[items]]
id = "why"
points = 3
kind = "manual"
title = { en = "Why?", ko = "왜?" }
"""

REFERENCE = '''\
"""Reference solution."""

import numpy as np


def double(x):
    """Twice ``x``."""
    ### BEGIN SOLUTION
    doubled_value = np.multiply(np.asarray(x), 2)
    return doubled_value
    ### END SOLUTION


def halve(x):
    """Half of ``x``."""
    ### BEGIN SOLUTION
    return np.true_divide(np.asarray(x), 2)
    ### END SOLUTION
'''

NOTEBOOK = """\
# %% [markdown] lang="en"
# # {{ title }}
# Worth {{ points("double") }} points; images of {{ profile.size }} pixels.

# %% [markdown] lang="ko"
# # {{ title }}
# 점수: {{ points("double") }}

# %% solution="imports"
import numpy as np

# %%
from autograder import check

# %% solution="double"
{{ reference("double") }}

# %% item="double"
check("double")

# %% solution="halve"
{{ reference("halve") }}

# %% item="halve"
check("halve")

# %% [markdown] manual="why" lang="en"
# **Why?** Give a reason.

# %% [markdown] manual="why" lang="ko"
# **왜?** 이유를 쓰세요.

# %%
print("a demonstration")
"""

TEST_PUBLIC = '''\
import pytest


@pytest.mark.item("double", hint="Two times x.")
def test_double_of_one(student):
    """Twice one is two."""
    assert student.double(1) == 2


@pytest.mark.item("halve", hint="x over two.")
def test_halve_of_two(student):
    """Half of two is one."""
    assert student.halve(2) == 1
'''

TEST_HIDDEN = '''\
import pytest


@pytest.mark.item("double", hint="Any x.")
def test_double_of_anything(student, rng):
    """Twice any number."""
    x = rng.uniform(-100, 100, size=17)
    got = student.double(x).tolist()
    assert got == (x + x).tolist()
'''

TESTS_KO = """\
[test_double_of_one]
title = "1의 두 배는 2입니다."
hint = "x에 \\"2\\"를 곱하세요."

[test_double_of_anything]
title = "어떤 수든 두 배"
hint = "x"
"""

GOOD = {"solution-double": "def double(x):\n    return 2 * x", "solution-halve": "def halve(x):\n    return x / 2"}


def make_checkout(root: Path) -> Path:
    """Writes the checkout and returns its root."""
    folder = root / "assignments" / "tiny"
    folder.mkdir(parents=True)
    (root / "reference_solution").mkdir()
    course = (REPOSITORY / "assignments" / "course.toml").read_text(encoding="utf-8")
    lines = ['assignments = ["tiny"]' if line.startswith("assignments =") else line for line in course.split("\n")]
    (root / "assignments" / "course.toml").write_text("\n".join(lines), encoding="utf-8")
    (root / "reference_solution" / "tiny.py").write_text(REFERENCE, encoding="utf-8")
    files = {
        "assignment.toml": ASSIGNMENT,
        "notebook.py": NOTEBOOK,
        "test_public.py": TEST_PUBLIC,
        "test_hidden.py": TEST_HIDDEN,
        "tests_ko.toml": TESTS_KO,
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return root


def submit(course: Path, student: str, sources: dict[str, str] | None = None, *, timestamp: str = "") -> Path:
    """Puts a submission into ``submitted/``: the release, with these cells filled in; returns the notebook."""
    folder = course / "submitted" / student / "tiny"
    shutil.copytree(course / "release" / "tiny", folder, dirs_exist_ok=True)
    notebook = folder / "tiny.ipynb"
    fill(notebook, sources or {})
    if timestamp:
        (folder / "timestamp.txt").write_text(timestamp)
    return notebook


def fill(notebook: Path, sources: dict[str, str]) -> None:
    """Writes sources into a notebook's cells, by ``grade_id``."""
    data = json.loads(notebook.read_text(encoding="utf-8"))
    for cell in data["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
        if grade_id in sources:
            cell["source"] = sources[grade_id]
    notebook.write_text(json.dumps(data), encoding="utf-8")
