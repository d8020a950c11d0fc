"""What students hand in, in one table: each with its right grade and its note, in the engine and on the TA's page."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.nbgraderformat import MetadataValidator

from autograder.config import load_assignment
from autograder.grading.engine import Engine, Options
from autograder.intake import read_submission
from autograder.nbgrader_plugs.salvage import salvage
from autograder.sandbox import choose_backend
from autograder.workspace import find_workspace
from tests.intake import handed_in as h
from tests.intake.handed_in import (
    RELEASED,
    WANTED,
    Build,
    Notebook,
    cell,
    changed,
    duplicate,
    put,
    solved,
    stored,
    untouched,
)

ASSIGNMENT = load_assignment(h.ROOT / "assignments", "activations")
EVERYTHING = 100.0
SIGMOID = "solution-sigmoid"
HALF_SIGMOID = h.function("sigmoid")
OTHER_HALF = h.function("sigmoid_grad")


@dataclass(frozen=True)
class Case:
    """What is handed in, what it earns, and what the notes say and do not say.

    ``shown`` is what the TA's page has in the cell for the sigmoid; "" for not judged.
    """

    name: str
    steps: tuple[Build, ...]
    score: float = EVERYTHING
    says: tuple[str, ...] = ()
    silent: tuple[str, ...] = ("deleted",)
    shown: str = "return"
    notes: int | None = None


def case(name: str, *steps: Build, **rest: object) -> Case:
    """Shorter to read in a table."""
    return Case(name, steps, **rest)  # type: ignore[arg-type]


def _split(notebook: Notebook, where: int) -> None:
    lines = cell(notebook, SIGMOID)["source"].split("\n")
    cell(notebook, SIGMOID)["source"] = "\n".join(lines[:where])
    duplicate(notebook, SIGMOID, "\n".join(lines[where:]))


def _split_again(notebook: Notebook) -> None:
    second = notebook["cells"][h.place(notebook, SIGMOID) + 1]
    lines = second["source"].split("\n")
    second["source"] = "\n".join(lines[:9])
    rest = second | {"source": "\n".join(lines[9:]), "id": "third"}
    notebook["cells"].insert(h.place(notebook, SIGMOID) + 2, rest)


def _split_without_mark(notebook: Notebook, where: int, name: str = SIGMOID, *, swap: bool = False) -> None:
    lines = cell(notebook, name)["source"].split("\n")
    first, second = "\n".join(lines[:where]), "\n".join(lines[where:])
    cell(notebook, name)["source"] = second if swap else first
    notebook["cells"].insert(h.place(notebook, name) + (not swap), h.code_cell(first if swap else second))


def _helper_moved(notebook: Notebook) -> None:
    imports = cell(notebook, "solution-imports")
    cell(notebook, SIGMOID)["source"] = imports["source"] + "\n\n\n" + cell(notebook, SIGMOID)["source"]
    imports["source"] = "import numpy as np"
    h.unmark(notebook, "solution-imports")


def _merge_into_a_copy(notebook: Notebook) -> None:
    stub = cell(untouched(), "solution-relu")["source"]
    duplicate(notebook, "solution-relu", stub + "\n\n\n" + h.code_of("solution-elu"))
    h.remove(notebook, "solution-elu")


def _stub_beside_the_work(notebook: Notebook) -> None:
    cell(notebook, "solution-elu")["source"] += "\n\n\n" + cell(untouched(), SIGMOID)["source"]


def _fenced(notebook: Notebook) -> None:
    turned = cell(notebook, SIGMOID)
    turned.update(cell_type="markdown", source=f"```python\n{turned['source']}\n```")


def _turned_and_unmarked(notebook: Notebook) -> None:
    cell(notebook, SIGMOID)["cell_type"] = "markdown"
    h.unmark(notebook, SIGMOID)


def _turned_and_all_unmarked(notebook: Notebook) -> None:
    cell(notebook, SIGMOID)["cell_type"] = "markdown"
    h.unmark(notebook)


def _split_and_turned(notebook: Notebook, *, both: bool) -> None:
    _split(notebook, HALF_SIGMOID.count("\n"))
    where = h.place(notebook, SIGMOID)
    for each in notebook["cells"][where : where + 1 + both]:
        each["cell_type"] = "raw"


def _split_and_all_unmarked(notebook: Notebook) -> None:
    _split(notebook, HALF_SIGMOID.count("\n"))
    h.unmark(notebook)


def _merge(notebook: Notebook) -> None:
    cell(notebook, SIGMOID)["source"] += "\n\n\n" + h.code_of("solution-tanh")
    h.remove(notebook, "solution-tanh")


def _merge_all(notebook: Notebook) -> None:
    everything = [cell(notebook, "solution-imports")["source"], *map(h.code_of, h.FUNCTIONS)]
    for each in ("solution-imports", *h.FUNCTIONS):
        h.remove(notebook, each)
    notebook["cells"].insert(3, h.code_cell("\n\n\n".join(everything)))


def _own_imports_of_a_namesake(notebook: Notebook) -> None:
    cell(notebook, "solution-imports")["source"] += "\nfrom numpy import tanh, absolute as tanh_grad"
    cell(notebook, "solution-tanh")["source"] = cell(untouched(), "solution-tanh")["source"]


def _merge_beside_the_stub(notebook: Notebook) -> None:
    cell(notebook, SIGMOID)["source"] += "\n\n\n" + h.code_of("solution-tanh")
    cell(notebook, "solution-tanh")["source"] = cell(untouched(), "solution-tanh")["source"]


def _stub_first(notebook: Notebook) -> None:
    duplicate(notebook, SIGMOID, h.code_of(SIGMOID))
    cell(notebook, SIGMOID)["source"] = cell(untouched(), SIGMOID)["source"]


def _work_in_both_copies(notebook: Notebook) -> None:
    stub = cell(untouched(), SIGMOID)["source"]
    first, second = stub[: stub.index("def sigmoid_grad")], stub[stub.index("def sigmoid_grad") :]
    cell(notebook, SIGMOID)["source"] = f"{HALF_SIGMOID}\n\n\n{second}"
    duplicate(notebook, SIGMOID, f"{first}{OTHER_HALF}")


def _work_in_a_new_cell(notebook: Notebook) -> None:
    cell(notebook, SIGMOID)["source"] = cell(untouched(), SIGMOID)["source"]
    notebook["cells"].insert(h.place(notebook, SIGMOID) + 2, h.code_cell(h.code_of(SIGMOID)))


def _helper_elsewhere(notebook: Notebook) -> None:
    for each in (SIGMOID, "solution-elu"):
        cell(notebook, each)["source"] = cell(notebook, each)["source"].replace("as_floats(", "_safe(")
    notebook["cells"].insert(6, h.code_cell("import numpy as np\n\ndef _safe(x):\n    return as_floats(x)"))


def _all_marks_lost_and_stubs_copied(notebook: Notebook) -> None:
    duplicate(notebook, SIGMOID, cell(untouched(), SIGMOID)["source"])
    h.unmark(notebook)


def _guess_changed(notebook: Notebook) -> None:
    for each in notebook["cells"]:
        each["source"] = each["source"].replace("my_guess = -1 ", "my_guess = -6 ")
    h.unmark(notebook)


def _as_program(notebook: Notebook) -> bytes:
    code = [each["source"] for each in notebook["cells"] if each["cell_type"] == "code"]
    return "\n\n\n# In[ ]:\n\n\n".join(["#!/usr/bin/env python", *code]).encode()


def _cut_in_a_character(notebook: Notebook) -> bytes:
    duplicate(notebook, SIGMOID, "# 시그모이드")
    data = h.text(notebook).encode()
    return data[: data.index("모".encode()) + 1]


NFD = unicodedata.normalize("NFD", "활성화")
SOLVED_BYTES = h.text(solved()).encode()
PROGRAM = _as_program(solved())
TWO_THIRDS = changed(lambda n: cell(n, SIGMOID).update(source=cell(untouched(), SIGMOID)["source"]))
NO_ELU = changed(lambda n: cell(n, "solution-elu").update(source=cell(untouched(), "solution-elu")["source"]))

TABLE = (
    # -- finding the file
    case("as wanted", stored(solved()), notes=0),
    case("in a folder", stored(solved(), f"homework/{WANTED}"), says=(f"homework/{WANTED}",)),
    case("in a folder of folders", stored(solved(), "a/b/c/mine.ipynb"), says=("a/b/c/mine.ipynb",)),
    case("in a zip", put("work.zip", h.packed((f"w/{WANTED}", SOLVED_BYTES))), says=(f"work.zip/w/{WANTED}",)),
    case(
        "in a zip with what macOS adds",
        put("work.zip", h.packed((f"__MACOSX/._{WANTED}", b"?"), (f"{NFD}/{WANTED}", SOLVED_BYTES))),
        says=("work.zip/활성화/activations.ipynb",),
    ),
    case("with .txt behind", stored(solved(), f"{WANTED}.txt"), says=(f"{WANTED}.txt",)),
    case("in capitals", stored(solved(), "ACTIVATIONS.IPYNB"), says=("ACTIVATIONS.IPYNB",)),
    case("as .json", stored(solved(), "activations.json"), put("timings.json", b"[1]"), says=("activations.json",)),
    case("in Hangul from macOS", stored(solved(), f"{NFD}.ipynb"), says=("활성화.ipynb",)),
    case(
        "a checkpoint only",
        stored(solved(), ".ipynb_checkpoints/activations-checkpoint.ipynb"),
        says=("activations-checkpoint.ipynb",),
    ),
    case(
        "a checkpoint beside a renamed notebook",
        stored(TWO_THIRDS, ".ipynb_checkpoints/mine-checkpoint.ipynb"),
        stored(solved(), "mine.ipynb"),
        says=("; mine.ipynb",),
    ),
    case("as text", stored(solved(), "activations.txt"), put("timestamp.txt", b""), says=("activations.txt",)),
    case(
        "without an ending",
        stored(solved(), "activations"),
        put("words.txt", b"import nothing"),
        says=("; activations was",),
    ),
    case(
        "twice behind each other",
        stored(solved(), f"{WANTED}.ipynb"),
        put("requirements.txt", b"numpy"),
        says=(f"{WANTED}.ipynb",),
    ),
    case(
        "a program in a zip",
        put("w.zip", h.packed(("w/mine.py", PROGRAM), ("w/test_mine.py", b"?"))),
        says=("w.zip/w/mine.py",),
        shown="",
    ),
    case(
        "a program beside an untouched release",
        stored(untouched()),
        put("mine.py", PROGRAM),
        put("helper.py", b"x = 1"),
        says=("as it was handed out", "mine.py"),
        shown="",
    ),
    case(
        "a program",
        put("mine.py", PROGRAM),
        put("checks/test_public.py", b"x = 1"),
        says=("mine.py",),
        silent=("plt", "show"),
        shown="",
    ),
    case("a folder with the notebook's name", stored(solved(), f"{WANTED}/{WANTED}"), says=(f"{WANTED}/{WANTED}",)),
    case(
        "an untouched release beside the work",
        stored(untouched()),
        stored(solved(), "activations (1).ipynb"),
        says=("as it was handed out", "activations (1).ipynb"),
    ),
    case(
        "an untouched release in the other language beside the work",
        put(WANTED, (h.ROOT / "release" / "ko" / "activations" / WANTED).read_bytes()),
        stored(solved(), "activations (1).ipynb"),
        says=("as it was handed out", "activations (1).ipynb"),
    ),
    case(
        "an untouched release beside the work twice",
        stored(untouched()),
        stored(solved(), "activations (1).ipynb"),
        stored(solved(), "copy/activations (1).ipynb"),
        says=("as it was handed out", "activations (1).ipynb"),
    ),
    case(
        "an untouched release beside two different ones",
        stored(untouched()),
        stored(solved(), "a.ipynb"),
        stored(TWO_THIRDS, "b.ipynb"),
        score=0.0,
        says=("several", "a.ipynb, b.ipynb"),
        shown="",
    ),
    case(
        "an untouched release beside a scratch notebook",
        stored(untouched()),
        stored({"cells": [h.code_cell("print(1)")]}, "Untitled.ipynb"),
        score=0.0,
        notes=0,
        shown="NotImplementedError",
    ),
    case("the work beside other files", stored(solved()), stored(TWO_THIRDS, "old.ipynb"), put("a.zip", b"?"), notes=0),
    case(
        "several, all but one untouched",
        stored(untouched(), "a.ipynb"),
        stored(solved(), "b.ipynb"),
        says=("b.ipynb",),
    ),
    case("several with equal work", stored(solved(), "a.ipynb"), stored(solved(), "b.ipynb"), says=("a.ipynb",)),
    case(
        "several with different work",
        stored(solved(), "a.ipynb"),
        stored(TWO_THIRDS, "b.ipynb"),
        score=0.0,
        says=("several", "a.ipynb, b.ipynb"),
        shown="",
    ),
    case(
        "beside the notebook of another assignment",
        stored(solved(), "mine.ipynb"),
        put("vgg16.ipynb", (h.ROOT / "release/en/vgg16/vgg16.ipynb").read_bytes()),
        says=("mine.ipynb",),
    ),
    case("a damaged one beside the work", put(WANTED, b'{"cells": ['), stored(solved(), "b.ipynb"), says=("b.ipynb",)),
    case("an empty one beside the work", put(WANTED, b""), stored(solved(), "b.ipynb"), says=("b.ipynb", "empty")),
    case(
        "an empty one beside a checkpoint",
        put(WANTED, b""),
        stored(solved(), ".ipynb_checkpoints/activations-checkpoint.ipynb"),
        says=("checkpoint.ipynb", "empty"),
    ),
    case(
        "an empty one beside two different ones",
        put(WANTED, b""),
        stored(solved(), "a.ipynb"),
        stored(TWO_THIRDS, "b.ipynb"),
        score=0.0,
        says=("empty", "a.ipynb, b.ipynb"),
        shown="",
    ),
    case(
        "an untouched release beside damaged work",
        stored(untouched()),
        put("activations (1).ipynb", SOLVED_BYTES[:9000]),
        score=0.0,
        says=("activations (1).ipynb is damaged",),
        shown="",
    ),
    case(
        "an untouched copy beside damaged work",
        stored(untouched(), "a.ipynb"),
        put("b.ipynb", SOLVED_BYTES[:9000]),
        score=0.0,
        says=("a.ipynb was graded", "b.ipynb is damaged"),
        shown="",
    ),
    case("filled up with zeros", put(WANTED, SOLVED_BYTES + bytes(5000)), notes=0),
    case("nothing but a report", put("report.pdf", b"%PDF-1.7"), score=0.0, says=("report.pdf", WANTED), shown=""),
    # -- encodings, conflicts, damage, other kinds
    case("UTF-16", stored(solved(), encoding="utf-16"), says=("UTF-16",)),
    case("UTF-16 without a mark", stored(solved(), encoding="utf-16-le"), says=("UTF-16",)),
    case("UTF-16, big end first", stored(solved(), encoding="utf-16-be"), says=("UTF-16",)),
    case("UTF-8 with a mark", stored(solved(), encoding="utf-8-sig"), notes=0),
    case(
        "CP949",
        put(
            WANTED,
            h.text(solved()).encode("cp949", "replace").replace(b"# Activations", "# 활성화 함수".encode("cp949")),
        ),
        says=("CP949",),
    ),
    case(
        "a conflict in the counts",
        put(WANTED, h.with_conflict(solved(), '"execution_count": null', '"execution_count": 7')),
        says=("merge conflict", "same on both sides"),
    ),
    case(
        "a conflict of three versions",
        put(
            WANTED,
            h.with_conflict(solved(), '"execution_count": null', '"execution_count": 7').replace(
                b"=======\n", b'||||||| base\n   "execution_count": 1,\n=======\n'
            ),
        ),
        says=("merge conflict", "same on both sides"),
    ),
    case(
        "a conflict settled by half",
        put(
            WANTED,
            h.with_conflict(solved(), '"execution_count": null', '"execution_count": 7').replace(b"<<<<<<< HEAD", b""),
        ),
        score=0.0,
        says=("damaged", "merge conflict"),
        shown="",
    ),
    case(
        "a conflict in the code",
        put(WANTED, h.with_conflict(solved(), "def relu(x)", "def relu(y)")),
        score=0.0,
        says=("damaged", "merge conflict"),
        shown="",
    ),
    case("cut off", put(WANTED, SOLVED_BYTES[: len(SOLVED_BYTES) // 2]), score=0.0, says=("damaged",), shown=""),
    case(
        "cut off in a Korean character",
        put(WANTED, _cut_in_a_character(solved())),
        score=0.0,
        says=("damaged",),
        silent=("UTF-8",),
        shown="",
    ),
    case("empty", put(WANTED, b""), score=0.0, says=("empty",), shown=""),
    case("a PDF", put(WANTED, b"%PDF-1.7\n..."), score=0.0, says=("a PDF document, not a notebook",), shown=""),
    case("a page", put(WANTED, b"<!DOCTYPE html>\n<html>"), score=0.0, says=("an HTML page",), shown=""),
    case("a picture", put(WANTED, b"\x89PNG\r\n\x1a\n"), score=0.0, says=("an image",), shown=""),
    case(
        "a Word file",
        put(WANTED, h.packed(("[Content_Types].xml", b"<a/>"), ("word/document.xml", b"<a/>"))),
        score=0.0,
        says=("office",),
        shown="",
    ),
    case(
        "a zip by the wanted name",
        put(WANTED, h.packed(("x/mine.ipynb", SOLVED_BYTES))),
        says=("archive", "mine.ipynb"),
    ),
    case(
        "a program by the wanted name",
        put(WANTED, PROGRAM),
        says=("a Python program",),
        silent=("plt", "show"),
        shown="",
    ),
    # -- cells
    case("a mark lost", stored(changed(lambda n: h.unmark(n, SIGMOID))), says=(SIGMOID, "cell 10")),
    case("the marks of all solutions lost", stored(changed(lambda n: h.unmark(n, *h.FUNCTIONS, "solution-imports")))),
    case("all marks lost", stored(changed(h.unmark)), says=("not marked",), silent=("plt", "deleted"), notes=1),
    case(
        "all marks lost, a copied stub",
        stored(changed(_all_marks_lost_and_stubs_copied)),
        silent=("plt", "deleted"),
        notes=1,
    ),
    case("all marks lost, a guess changed", stored(changed(_guess_changed)), silent=("plt", "deleted"), notes=1),
    case(
        "turned into Markdown", stored(changed(lambda n: cell(n, SIGMOID).update(cell_type="markdown"))), says=("text",)
    ),
    case("turned into Markdown, with a fence", stored(changed(_fenced)), says=("text",)),
    case("turned into raw text", stored(changed(lambda n: cell(n, SIGMOID).update(cell_type="raw"))), says=("text",)),
    case("a stub before the work", stored(changed(_stub_first)), says=(SIGMOID, "more than once")),
    case(
        "a stub behind the work",
        stored(changed(lambda n: duplicate(n, SIGMOID, cell(untouched(), SIGMOID)["source"]))),
        says=(SIGMOID, "more than once"),
    ),
    case(
        "a second try that defines nothing",
        stored(changed(lambda n: duplicate(n, SIGMOID, "print('hello')"))),
        says=(SIGMOID, "more than once"),
    ),
    case("work in both copies", stored(changed(_work_in_both_copies)), says=(SIGMOID, "parts")),
    case(
        "split between functions",
        stored(changed(lambda n: _split(n, HALF_SIGMOID.count("\n") + 1))),
        says=(SIGMOID, "parts"),
    ),
    case(
        "split in a function", stored(changed(lambda n: _split(n, HALF_SIGMOID.count("\n")))), says=(SIGMOID, "parts")
    ),
    case(
        "split, the second half unmarked",
        stored(changed(lambda n: _split_without_mark(n, HALF_SIGMOID.count("\n") + 1))),
        says=(SIGMOID, "parts"),
    ),
    case(
        "split in a h.function, the second half unmarked",
        stored(changed(lambda n: _split_without_mark(n, HALF_SIGMOID.count("\n")))),
        says=(SIGMOID, "parts"),
    ),
    case(
        "split in its only function, the second half unmarked",
        stored(changed(lambda n: _split_without_mark(n, 3, "solution-dead_units"))),
        says=("solution-dead_units", "parts"),
    ),
    case(
        "split in its only function, the first half unmarked",
        stored(changed(lambda n: _split_without_mark(n, 3, "solution-dead_units", swap=True))),
        says=("solution-dead_units", "parts"),
    ),
    case(
        "the imports' mark lost, and only a part of them left",
        stored(changed(_helper_moved)),
        says=("solution-imports", "cell 4"),
    ),
    case(
        "merged into a copy of another cell",
        stored(changed(_merge_into_a_copy)),
        says=("solution-elu", "solution-relu"),
    ),
    case("a stub beside the work of another cell", stored(changed(_stub_beside_the_work)), notes=0),
    case("turned into Markdown, and its mark lost", stored(changed(_turned_and_unmarked)), says=(SIGMOID, "cell 10")),
    case("turned into Markdown, and all marks lost", stored(changed(_turned_and_all_unmarked)), notes=1),
    case(
        "split, one half turned", stored(changed(lambda n: _split_and_turned(n, both=False))), says=(SIGMOID, "parts")
    ),
    case("split, both turned", stored(changed(lambda n: _split_and_turned(n, both=True))), says=(SIGMOID, "parts")),
    case("split, and all marks lost", stored(changed(_split_and_all_unmarked)), notes=1),
    case("merged", stored(changed(_merge)), says=("solution-tanh", SIGMOID)),
    case("merged, the stub left", stored(changed(_merge_beside_the_stub)), says=("solution-tanh", SIGMOID)),
    case("merged into one new cell", stored(changed(_merge_all)), shown=""),
    case("an import in a stub's place", stored(changed(_own_imports_of_a_namesake)), score=90.0),
    case(
        "split in three",
        stored(changed(lambda n: (_split(n, 4), _split_again(n)))),
        says=(SIGMOID, "parts"),
    ),
    case("work in a new cell below the stub", stored(changed(_work_in_a_new_cell)), says=(SIGMOID, "cell 12"), notes=1),
    case("deleted", stored(changed(lambda n: h.remove(n, "solution-elu"))), score=75.0, says=("deleted",), silent=()),
    case("not solved", stored(NO_ELU), score=75.0, notes=0),
    case(
        "a helper in a cell that is not graded",
        stored(changed(_helper_elsewhere)),
        score=55.0,
        says=("_safe is used", "cell 7: `import numpy as np`", "your own imports and helpers"),
    ),
)


@pytest.fixture(scope="module")
def engine(checkout: Path) -> Iterator[Engine]:
    """One warm engine for the table."""
    with Engine(find_workspace(checkout), "activations", choose_backend(), Options(training=False)) as running:
        yield running


def _hand_in(case: Case, folder: Path) -> Path:
    inbox = folder / "activations"
    inbox.mkdir()
    for step in case.steps:
        step(inbox)
    return inbox


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in TABLE])
def test_it_is_graded_right_and_says_what_was_odd(case: Case, engine: Engine, tmp_path: Path) -> None:
    """The engine's score and the report's notes."""
    submission = read_submission(_hand_in(case, tmp_path), RELEASED, ASSIGNMENT, label="x")
    report = engine.grade(submission)
    told = "\n".join(report.notes)
    assert report.score == case.score, told
    assert [part for part in case.says if part not in told] == [], told
    assert [part for part in case.silent if part in told] == [], told
    assert case.notes is None or len(report.notes) == case.notes, told


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in TABLE])
def test_the_page_shows_what_was_graded(case: Case, tmp_path: Path) -> None:
    """Each graded cell's text stands under its mark in the TA's notebook."""
    folder = _hand_in(case, tmp_path)
    submission = read_submission(folder, RELEASED, ASSIGNMENT)
    page = salvage(folder / WANTED, nbformat.read(RELEASED, as_version=4))
    nbformat.validate(page)
    MetadataValidator().validate_nb(page)
    marked = {c.metadata.nbgrader.grade_id: c.source for c in page.cells if "nbgrader" in c.metadata}
    shown = {chunk.source for chunk in submission.chunks} & {c.source for c in page.cells}
    assert len(shown) == len({chunk.source for chunk in submission.chunks})
    assert all(marked[chunk.name] == chunk.source for chunk in submission.chunks if chunk.name in marked)
    assert case.shown in marked[SIGMOID] and (
        case.shown != "return" or "raise NotImplementedError" not in marked[SIGMOID]
    )


@pytest.mark.parametrize("case", [pytest.param(c, id=c.name) for c in TABLE])
def test_korean_courses_get_the_same_grade_and_korean_notes(case: Case, tmp_path: Path) -> None:
    """The same cells, and a note for each note."""
    folder = _hand_in(case, tmp_path)
    english = read_submission(folder, RELEASED, ASSIGNMENT)
    korean = read_submission(folder, RELEASED, ASSIGNMENT, language="ko")
    assert korean.chunks == english.chunks
    assert len(korean.notes) == len(english.notes)
    assert all("다" in note or "세요" in note for note in korean.notes)
