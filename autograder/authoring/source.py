"""Writes nbgrader's ``source/<id>/``: the notebook with solutions, and the files for the self-check."""

from __future__ import annotations

import json
import shutil
import tomllib
from pathlib import Path

import nbformat

from autograder.authoring.reference import functions_of_tests, read_python
from autograder.authoring.render import render_notebook
from autograder.config import Assignment, Course
from autograder.errors import UsageError

CHECKS_FOLDER = "checks"  # beside the notebook; `autograder.check` reads it
FILES_FOLDER = "files"  # of an assignment: anything else that students receive


def write_source(folder: Path, assignment: Assignment, course: Course, reference_dir: Path, language: str) -> None:
    """Builds the source of one assignment, replacing what is there.

    Args:
        folder: ``source/<id>`` of an nbgrader course; replaced.

    Raises:
        UsageError: the assignment's files are faulty.
    """
    notebook = render_notebook(assignment, course, reference_dir, language)
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{assignment.id}.ipynb")
    _write_checks(folder / CHECKS_FOLDER, assignment, language)
    extra = assignment.folder / FILES_FOLDER
    if extra.is_dir():
        shutil.copytree(extra, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".*"))


def _write_checks(folder: Path, assignment: Assignment, language: str) -> None:
    """The public tests, the mark scheme and, in Korean, the tests' titles and hints."""
    folder.mkdir()
    shutil.copyfile(assignment.folder / "assignment.toml", folder / "assignment.toml")
    public = assignment.folder / "test_public.py"
    if not public.is_file():
        return
    read_python(public)
    shutil.copyfile(public, folder / "test_public.py")
    form = assignment.folder / "survey.toml"
    if form.is_file():
        shutil.copyfile(form, folder / form.name)
    translations = assignment.folder / "tests_ko.toml"
    if language == "ko" and translations.is_file():
        text = _only(translations, functions_of_tests(public))
        (folder / "tests_ko.toml").write_text(text, encoding="utf-8")


def _only(path: Path, names: dict[str, str]) -> str:
    """The entries of those tests, as TOML."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}") from None
    tables = []
    for name in sorted(set(entries) & set(names)):
        values = "".join(f"{key} = {_toml_string(text)}\n" for key, text in entries[name].items())
        tables.append(f"[{name}]\n{values}")
    return "\n".join(tables)


def _toml_string(text: object) -> str:
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")
