"""Comments IPython's magics out of a cell's source, so that plain Python can read it.

Lines keep their numbers, and nothing is executed.  A cell that is valid Python is left as it is: a line
that begins with ``%`` may continue a modulo from the line above.
"""

from __future__ import annotations

import ast
import re
import warnings

from autograder.sources import is_small

_MAGIC_LINE = re.compile(
    r"^(?P<indent>\s*)(?P<magic>(?:[A-Za-z_]\w*\s*=\s*)?(?:%{1,2}[A-Za-z_]|!{1,2}\s*\S).*|\?.*|[\w.]+\?{1,2}\s*)$"
)
_CELL_MAGIC = re.compile(r"^\s*%%(?P<name>\w+)")
_PYTHON_CELL_MAGICS = frozenset({"time", "timeit", "capture", "prun", "python", "python3"})


def without_magics(source: str) -> tuple[str, bool]:
    """The source with magics commented out, and whether it had any."""
    lines = source.split("\n")
    if not any(_MAGIC_LINE.match(line) for line in lines) or _is_python(source):
        return source, False
    first = next((line for line in lines if line.strip()), "")
    cell_magic = _CELL_MAGIC.match(first)
    if cell_magic and cell_magic["name"] not in _PYTHON_CELL_MAGICS:
        return "\n".join(f"# {line}" for line in lines), True  # the cell is in another language
    return "\n".join(_MAGIC_LINE.sub(r"\g<indent>pass  # \g<magic>", line) for line in lines), True


def _is_python(source: str) -> bool:
    if not is_small(source):  # it is refused later, with a message
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # do not report an invalid escape in the student's text
            ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
