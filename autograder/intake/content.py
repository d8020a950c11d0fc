"""Reads the bytes of a submitted file as cells, whatever its name says that it is.

Theory of operation: Jupyter writes UTF-8 JSON, but between Jupyter and here are editors, learning systems, git and
people.  So the content decides: a program, UTF-16, or a notebook with marks of a merge conflict outside the code is
read with a note; anything else raises ``SubmissionError`` with what the file is.  Archives are opened by ``search``.
"""

from __future__ import annotations

from dataclasses import dataclass

from autograder.errors import SubmissionError
from autograder.intake.conflicts import has_conflict, sides
from autograder.intake.encodings import UTF8, Decoded, decode
from autograder.intake.files import Cell, cells_of
from autograder.intake.kinds import PYTHON, kind_of_bytes, kind_of_text
from autograder.intake.messages import say
from autograder.intake.names import shown


@dataclass(frozen=True)
class Content:
    """A readable file: the cells of a notebook, or a program as one cell without marks.

    ``notes`` are for the student.
    """

    cells: tuple[Cell, ...]
    is_program: bool = False
    notes: tuple[str, ...] = ()


def read_content(name: str, data: bytes, language: str = "en") -> Content:
    """The cells in a file's bytes; one cell for a ``.py`` file.

    Raises:
        SubmissionError: it is neither a notebook nor a program; the text is for the student.
    """
    name, is_py = shown(name), name.lower().endswith((".py", ".py.txt"))
    if not data.strip(b"\0\t\n\r ") and not is_py:
        raise SubmissionError(say("empty", language, name=name))
    if kind := kind_of_bytes(data):
        raise SubmissionError(not_a_notebook(name, kind, language))
    decoded = decode(data)
    if decoded is None:
        raise SubmissionError(say("not_text", language, name=name))
    notes = [] if decoded.encoding == UTF8 else [say("encoding", language, name=name, encoding=decoded.encoding)]
    if is_py:
        return _program(decoded, name, language, notes)
    try:
        return Content(tuple(cells_of(decoded.text, name, language)), notes=tuple(notes))
    except (ValueError, RecursionError) as error:
        return _not_json(decoded, name, error, language, notes)


def not_a_notebook(name: str, kind: str, language: str) -> str:
    """The message that a file is of another kind."""
    return say("other_kind", language, name=name, kind=say(f"kind_{kind}", language))


def _program(decoded: Decoded, name: str, language: str, notes: list[str]) -> Content:
    if not decoded.whole:
        notes = [*notes, say("cut_off", language, name=name)]
    text = decoded.text.encode("utf-8", errors="replace").decode("utf-8")  # UTF-16 can hold half a character
    return Content((Cell("code", text),), is_program=True, notes=tuple(notes))


def _not_json(
    decoded: Decoded, name: str, error: ValueError | RecursionError, language: str, notes: list[str]
) -> Content:
    if has_conflict(decoded.text):
        cells = _settled(decoded.text, name, language)
        return Content(cells, notes=(*notes, say("conflict_settled", language, name=name)))
    kind = kind_of_text(decoded.text)
    if kind == PYTHON:
        return _program(decoded, name, language, [*notes, say("program", language, name=name)])
    if kind:
        raise SubmissionError(not_a_notebook(name, kind, language)) from None
    why = "nested too deeply" if isinstance(error, RecursionError) else shown(str(error))
    raise SubmissionError(say("not_json", language, name=name, why=why)) from None


def _settled(text: str, name: str, language: str) -> tuple[Cell, ...]:
    """The cells of a notebook whose two sides have the same code and the same answers."""
    versions = []
    for side in sides(text) or ():
        try:
            versions.append(tuple(cells_of(side, name, language)))
        except (ValueError, RecursionError, SubmissionError):
            break
    if len(versions) != 2 or _work(versions[0]) != _work(versions[1]):
        raise SubmissionError(say("conflict", language, name=name))
    return versions[0]


def _work(cells: tuple[Cell, ...]) -> list[tuple[str, str, str]]:
    return [(cell.kind, cell.grade_id, cell.source) for cell in cells if cell.kind == "code" or cell.grade_id]
