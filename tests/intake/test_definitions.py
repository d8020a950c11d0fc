"""What a cell defines and needs is read from its text."""

from __future__ import annotations

import pytest

from autograder.intake.definitions import definitions
from autograder.sources import MAX_LINES

CELL = '''%matplotlib inline
import numpy as np, os.path
from a import b as c
def f(x, y=DEFAULT):
    """Uses a helper."""
    return _safe(x) + np.exp(outer) + len([i for i in x])
class A(Base):
    def m(self): return self.z
for k in range(3):
    total = k
def g():
    raise NotImplementedError()
'''


def test_names_at_top_level_and_names_from_outside() -> None:
    """Parameters, locals, attributes and built-in names are neither."""
    found = definitions(CELL)
    assert found.parsed
    assert found.bound == {"np", "os", "c", "f", "A", "k", "total", "g"}
    assert found.imported == {"np", "os", "c"}
    assert found.needed == {"DEFAULT", "_safe", "outer", "Base"}
    assert found.stubs == {"g"}
    assert found.texts["f"].startswith("def f(x") and found.texts["f"].endswith("in x])")


@pytest.mark.parametrize(
    "source",
    [
        "def f(x:\n  return\n",
        "def f(x):\n  a = (\n",
        "def f(x): pass\n\0",
        "def f(x): pass\n" + "(" * 5000,
        "def f(x):\n",
    ],
)
def test_text_that_is_not_python_is_searched(source: str) -> None:
    """A definition at the start of a line counts."""
    assert definitions(source).bound == {"f"} and not definitions(source).parsed


def test_very_long_text_is_not_parsed() -> None:
    """It would take seconds and hundreds of megabytes."""
    found = definitions("def f(x):\n    return x\n" + "x = 1\n" * MAX_LINES)
    assert found.bound == {"f"} and not found.parsed
