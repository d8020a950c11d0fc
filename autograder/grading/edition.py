"""What decides a grade beside the submission, as content addresses: the keys of reports.

Theory of operation.  A grade comes about in two steps, and each has its own key.

* *What was run*: the student's code under the tests.  It depends on the code of the tests, the items that are run, the
  packages and limits, the files of the reference solution that the tests load, the course's secret, the language of
  messages, and the engine's version; and on the training protocol only where a test asks for it (the fixtures
  ``profile`` and ``course_data``, or an item that trains).
* *What it earns*: points, weights, titles, hints, and the thresholds of the protocol.  Tests keep their results and
  their measurements in the report, so a change of these makes a new report out of an old one, without running
  anything; see ``rejudge``.

A report's key holds both.  So other thresholds for the AUC leave an assignment without training as it was, and give
the others a new verdict without another training.  What a test asks for is read off its source.  The marks in the
source that only decide what a test earns and says (``weight``, ``hint``, ``title``, its docstring) are cut out of the
text before it is hashed; nothing is rewritten by ``ast``, whose output differs between versions of Python, because the
random inputs depend on this hash.
"""

from __future__ import annotations

import ast
import hashlib
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from autograder.config import THRESHOLDS, Assignment, Course
from autograder.model import Submission
from autograder.version import __version__
from autograder.workspace import Workspace

EARNS = ("weight", "hint", "title")  # of the marker ``item``: they decide what a result earns and says
PROTOCOL = frozenset({"profile", "course_data"})  # fixtures
REFERENCE = "reference"  # a fixture
NOT_RUN = "notebook.py"


@dataclass(frozen=True)
class Edition:
    """What decides a grade beside the submission; made once and used for many.

    Attributes:
        tests: hash of what is run; the random inputs depend on it.
        marking: hash of all that the assignment's folder says.
        reference: hash of the files of the reference solution that the tests load.
        seed: hash of the course's secret.
        protocol, thresholds: of the training; "" where no test asks for them.
        language: of titles, hints and messages.
        engine: the engine's version.
    """

    tests: str
    marking: str
    reference: str
    seed: str
    protocol: str
    thresholds: str
    language: str
    engine: str = __version__

    def run_key(self, submission: Submission, *, training: bool) -> str:
        """The content address of what was run."""
        same_run = replace(self, marking="", thresholds="")
        return _hash(
            {
                "chunks": [[chunk.name, chunk.source] for chunk in submission.chunks],
                "notes": submission.notes,
                "training": training,
                **asdict(same_run),
            }
        )

    def key(self, submission: Submission, *, training: bool) -> str:
        """The content address of a submission's report."""
        run = self.run_key(submission, training=training)
        return _hash({"run": run, "marking": self.marking, "thresholds": self.thresholds})


def edition_of(workspace: Workspace, assignment: Assignment) -> Edition:
    """The edition of an assignment in a course as they are now."""
    course, uses = workspace.course(), _names_in(_sources(assignment))
    trains = bool(PROTOCOL & uses) or assignment.trains
    protocol, thresholds = _protocol(course) if trains else ("", "")
    return Edition(
        tests=tests_version(assignment),
        marking=_hash_files(_deciding(assignment)),
        reference=_hash({path.name: _code_of(path) for path in _references(workspace, assignment, uses)}),
        seed=hashlib.sha256(b"report" + workspace.secret).hexdigest(),
        protocol=protocol,
        thresholds=thresholds,
        language=course.language,
    )


def report_key(workspace: Workspace, assignment: Assignment, submission: Submission, *, training: bool) -> str:
    """Content address of one submission's report; for many, ask ``edition_of`` once."""
    return edition_of(workspace, assignment).key(submission, training=training)


def tests_version(assignment: Assignment) -> str:
    """A hash of everything in the assignment's folder that decides what is run."""
    settings = {
        "id": assignment.id,
        "items": sorted([item.id, item.kind, item.training] for item in assignment.items),
        "packages": assignment.packages,
        "reference": assignment.reference,
        "network": assignment.network,
        "limits": asdict(assignment.limits),
    }
    other = {path.name: path.read_text("utf-8") for path in _deciding(assignment) if _is_data(path)}
    tests = {path.name: running_part(text) for path, text in _sources(assignment).items()}
    return _hash({"settings": settings, "tests": tests, "other": other})


def running_part(source: str) -> str:
    """A test file's text without what only decides what its tests earn and say, and without empty lines.

    A file that is not valid Python is given back as it is: running it says what is wrong.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return source
    lines = source.encode("utf-8").splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    text = b"".join(lines)

    def span(node: ast.expr | ast.stmt) -> tuple[int, int]:
        end_line, end_column = node.end_lineno or node.lineno, node.end_col_offset or 0
        return starts[node.lineno - 1] + node.col_offset, starts[end_line - 1] + end_column

    def written(node: ast.expr) -> str:
        begin, end = span(node)
        return text[begin:end].decode("utf-8")

    cuts: list[tuple[int, int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _is_item_marker(node.func):
            kept = [written(argument) for argument in node.args]
            kept += [f"{word.arg}={written(word.value)}" for word in node.keywords if word.arg not in EARNS]
            cuts.append((*span(node), f"item({', '.join(kept)})"))
        elif (
            isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and ast.get_docstring(node) is not None
        ):
            cuts.append((*span(node.body[0]), ""))
    for begin, end, instead in sorted(cuts, reverse=True):
        text = text[:begin] + instead.encode("utf-8") + text[end:]
    return "\n".join(line.rstrip() for line in text.decode("utf-8").split("\n") if line.strip())


def _is_item_marker(function: ast.expr) -> bool:
    """Whether this is ``pytest.mark.item``, or ``mark.item``."""
    owner = function.value if isinstance(function, ast.Attribute) and function.attr == "item" else None
    return getattr(owner, "attr", getattr(owner, "id", "")) == "mark"


def _deciding(assignment: Assignment) -> list[Path]:
    """The files of an assignment that decide a grade."""
    return [
        path for path in sorted(assignment.folder.glob("*")) if path.suffix in (".py", ".toml") and path.name != NOT_RUN
    ]


def _is_data(path: Path) -> bool:
    """Whether tests may read this file: not the settings, nor the translations of titles and hints."""
    return path.suffix == ".toml" and path.name != "assignment.toml" and not path.name.startswith("tests_")


def _sources(assignment: Assignment) -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for path in _deciding(assignment) if path.suffix == ".py"}


def _names_in(sources: dict[Path, str]) -> set[str]:
    """The names of all parameters (pytest's fixtures are asked for so) and all texts in test files."""
    found: set[str] = set()
    for source in sources.values():
        try:
            nodes = list(ast.walk(ast.parse(source)))
        except (SyntaxError, ValueError):
            continue
        found |= {node.arg for node in nodes if isinstance(node, ast.arg)}
        found |= {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return found


def _references(workspace: Workspace, assignment: Assignment, uses: set[str]) -> list[Path]:
    """The files of the reference solution that the tests load, by ``reference`` and ``reference_module``."""
    names = {name for name in uses if name.endswith(".py") and name == Path(name).name}
    names |= {assignment.reference} if REFERENCE in uses else set()
    return sorted(path for name in names if name and (path := workspace.reference_dir / name).is_file())


def _code_of(path: Path) -> str:
    """A file's code without comments and layout; no random input depends on it, only whether something is run again."""
    text = path.read_text(encoding="utf-8")
    try:
        return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError):
        return text


def _protocol(course: Course) -> tuple[str, str]:
    """What a training run depends on, and what its verdict depends on beside it."""
    profile = course.active_profile
    thresholds = {name: value for name, value in asdict(profile).items() if name in THRESHOLDS}
    return _hash({"profile": course.profile, **profile.protocol()}), _hash(thresholds)


def _hash_files(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _hash(identity: object) -> str:
    return hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()
