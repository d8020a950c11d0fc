"""The pytest plugin: fixtures for authors, and one ``TestResult`` per test.

Theory of operation.  A test file is instructor code; it runs in this process under pytest, and
everything of the student's that it sees came through the ``student`` proxy.  What a test raises is
sorted by fault: an ``AssertionError`` is a failure, the proxy's errors are the submission's, anything
else is the submission's if its code had answered in this test (a return that the test could not
digest) and ours otherwise.
"""

from __future__ import annotations

import hashlib
import hmac
import sys
import time
import tomllib
import traceback
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from autograder.config import Profile
from autograder.errors import EnvironmentFault, GraderError, ResourceLimit, StudentTimeout, SubmissionError
from autograder.grading.networks.comparison import Answers
from autograder.grading.student import Student
from autograder.model import Award, CourseImages, Outcome, TestResult
from autograder.text import printable_lines

PUBLIC_FILE, HIDDEN_FILE = "test_public.py", "test_hidden.py"
MAX_MESSAGE_CHARACTERS = 1_500
MARKER = "item(id, weight=1, hint='', requires=(), title='', name=''): the item that a test belongs to"
MARKER_KEYS = ("weight", "hint", "requires", "title", "name")
EMPTY_SETTINGS = Path(__file__).with_name("pytest.ini")  # nobody else's settings count
PYTEST_OPTIONS = (
    "--noconftest", "--assert=plain", "--import-mode=importlib", "--capture=no",
    "-p", "no:cacheprovider", "-p", "no:terminal", "-p", "no:faulthandler", "-p", "no:unraisableexception",
    "-p", "no:threadexception", "-p", "no:doctest", "-p", "no:junitxml", "-p", "no:logging",
)  # fmt: skip


@dataclass(frozen=True)
class Translation:
    """A test's title and hint in the course's language."""

    title: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Context:
    """What a session runs, and what fixtures hand to its tests.

    A test of an item outside ``known_items`` is an error, unless there are none.
    """

    student: Student
    seed: bytes
    items: frozenset[str]
    translations: dict[str, Translation] = field(default_factory=dict)
    load_reference: Callable[[str], ModuleType] | None = None
    reference_file: str = ""
    course_data: CourseImages | None = None
    profile: Profile | None = None
    answers: Answers = field(default_factory=Answers)
    known_items: frozenset[str] = frozenset()


class AwardRecord:
    """What one test says beside passing or failing."""

    def __init__(self) -> None:
        self.given = Award()

    def award(self, award: Award) -> None:
        """Takes the place of what was recorded before: partial credit, a message, flags for the TA, numbers."""
        self.given = award


class GraderPlugin:
    """Collects the tests of the wanted items and records what becomes of them."""

    def __init__(self, context: Context):
        self.context = context
        self.results: list[TestResult] = []
        self.errors: list[str] = []
        self.fault: EnvironmentFault | None = None
        self._records: dict[str, AwardRecord] = {}
        self._started = 0.0

    # -- collection ------------------------------------------------------------------------------

    def pytest_configure(self, config: pytest.Config) -> None:
        """Makes the marker known."""
        config.addinivalue_line("markers", MARKER)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keeps the wanted items' tests; those that require other items come last."""
        about = {test: about_test(test) for test in items}
        self.errors += [f"{test.nodeid} has no @pytest.mark.item" for test in items if not about[test].item]
        known = self.context.known_items or {about[test].item for test in items}
        strangers = [test for test in items if about[test].item and about[test].item not in known]
        self.errors += [f"{test.nodeid}: there is no item {about[test].item!r}" for test in strangers]
        wanted = [test for test in items if about[test].item in self.context.items]
        items[:] = sorted(wanted, key=lambda test: bool(about[test].requires))

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A test file that cannot be imported is our fault, not the submission's."""
        if report.failed:
            self.errors.append(str(report.longrepr)[-4000:])

    def pytest_internalerror(self, excrepr: object) -> bool:
        """So is a failure of pytest itself; True keeps pytest from printing it, since whoever runs this tells it."""
        self.errors.append(str(excrepr)[-4000:])
        return True

    # -- running ---------------------------------------------------------------------------------

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skips a test whose required items are not complete."""
        self._started = time.monotonic()
        self.context.student.heard = False
        for needed in about_test(item).requires:
            results = [result for result in self.results if result.item == needed]
            if not results or any(result.outcome is not Outcome.PASSED for result in results):
                pytest.skip(f"{needed} has to be complete first")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Records a test when it has run, or failed to start."""
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, EnvironmentFault):  # each further test would meet it again
            self.fault = error
            item.session.shouldstop = str(error)
        elif call.when == "call" or (call.when == "setup" and call.excinfo):
            self._record(item, error)
        return (yield)

    def _record(self, item: pytest.Item, error: BaseException | None) -> None:
        about, award = about_test(item), self._records.pop(item.nodeid, AwardRecord()).given
        hidden = Path(str(item.path)).name == HIDDEN_FILE
        outcome, message, detail = self._judge(error, hidden)
        title, hint = translated(about, self.context.translations)
        self.results.append(
            TestResult(
                name=about.name,
                item=about.item,
                weight=about.weight,
                outcome=outcome,
                title=title,
                hint=hint,
                message=printable_lines(award.message or message),
                detail=printable_lines(detail),
                hidden=hidden,
                seconds=round(time.monotonic() - self._started, 4),
                credit=award.credit,
                flags=award.flags,
                numbers=award.numbers,
            )
        )

    def _judge(self, error: BaseException | None, hidden: bool) -> tuple[Outcome, str, str]:
        """Outcome, the student's message and the TA's detail."""
        if error is None:
            return Outcome.PASSED, "", ""
        text = str(error).strip()[:MAX_MESSAGE_CHARACTERS]
        detail = "".join(traceback.format_exception(error))[-6000:]
        if isinstance(error, pytest.skip.Exception):
            return Outcome.SKIPPED, text, ""
        if isinstance(error, StudentTimeout):
            return Outcome.TIMEOUT, text, detail
        if isinstance(error, ResourceLimit):
            return Outcome.RESOURCE_LIMIT, text, detail
        if isinstance(error, SubmissionError):
            trace = getattr(error, "traceback", "")
            shown = text[:300] if hidden else text
            return Outcome.STUDENT_ERROR, f"{shown}\n{trace}".strip(), detail
        if isinstance(error, (AssertionError, pytest.fail.Exception)):
            return Outcome.FAILED, "" if hidden else text.split("\nassert ")[0], detail  # an outer pytest adds its own
        if isinstance(error, (GraderError, OSError, MemoryError)) or not isinstance(error, Exception):
            return Outcome.GRADER_ERROR, "", detail
        if self.context.student.heard:
            return (
                Outcome.STUDENT_ERROR,
                f"your function returned something unexpected ({type(error).__name__})",
                detail,
            )
        return Outcome.GRADER_ERROR, "", detail

    # -- fixtures --------------------------------------------------------------------------------

    @pytest.fixture
    def student(self) -> Student:
        """The submission, behind its proxy."""
        return self.context.student

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """Random inputs; the seed is an HMAC of the course's secret and the test's name."""
        path = Path(str(request.node.path))
        name = f"{path.parent.name}/{path.name}::{about_test(request.node).name}"
        digest = hmac.new(self.context.seed, name.encode(), hashlib.sha256).digest()
        return np.random.default_rng(int.from_bytes(digest, "big"))

    @pytest.fixture
    def reference_module(self) -> Callable[[str], ModuleType]:
        """Loads a file of ``reference_solution/`` as a trusted module."""
        if self.context.load_reference is None:
            pytest.skip("the reference solution is not here")
        return self.context.load_reference

    @pytest.fixture
    def reference(self, reference_module: Callable[[str], ModuleType]) -> ModuleType:
        """The assignment's reference solution as a trusted module."""
        return reference_module(self.context.reference_file)

    @pytest.fixture
    def course_data(self) -> CourseImages:
        """``train()``, ``validation()`` and ``hidden()``: images (n, h, w) uint8 and labels (n,) int."""
        if self.context.course_data is None:
            pytest.skip("the course's images are not here")
        return self.context.course_data

    @pytest.fixture
    def profile(self) -> Profile:
        """The training protocol in use."""
        if self.context.profile is None:
            pytest.skip("the course's training protocol is not here")
        return self.context.profile

    @pytest.fixture
    def answers(self) -> Answers:
        """What trusted networks gave, for ``networks.same_function_as``: computed once for all submissions."""
        return self.context.answers

    @pytest.fixture
    def record(self, request: pytest.FixtureRequest) -> AwardRecord:
        """What a test wants recorded: ``record.award(Award(credit=0.5, message=..., flags=(...,), numbers={...}))``."""
        return self._records.setdefault(request.node.nodeid, AwardRecord())


@dataclass(frozen=True)
class AboutTest:
    """What ``@pytest.mark.item`` says about a test; without the marker ``item`` is empty."""

    item: str
    name: str
    title: str
    weight: float
    hint: str
    requires: tuple[str, ...]


def about_test(test: pytest.Item) -> AboutTest:
    """Reads the marker, or two that add up: a case of a parametrized test may have one of its own, which wins.

    ``title`` (the docstring unless given) and ``name`` (of the test in reports and translations) are templates over the
    test's parameters: ``title="{function} keeps the shape"``.
    """
    case = getattr(test, "callspec", None)
    parameters, own = (case.params, case.marks) if case else ({}, ())
    marks = [*(mark for mark in own if mark.name == "item"), *test.iter_markers("item")]
    said = {key: value for mark in reversed(marks) for key, value in mark.kwargs.items()}
    title = said.get("title", "").format(**parameters) or getattr(test, "obj", None).__doc__ or test.name
    return AboutTest(
        item=next((mark.args[0] for mark in marks if mark.args), ""),
        name=said.get("name", "").format(**parameters) or test.name,
        title=" ".join(title.split()),
        weight=float(said.get("weight", 1)),
        hint=said.get("hint", ""),
        requires=tuple(said.get("requires", ())),
    )


def load_translations(folder: Path, language: str) -> dict[str, Translation]:
    """Titles and hints of tests in another language than the test files' English."""
    path = folder / f"tests_{language}.toml"
    if not path.is_file():
        return {}
    return {name: Translation(**entry) for name, entry in tomllib.loads(path.read_text(encoding="utf-8")).items()}


def translated(about: AboutTest, translations: Mapping[str, Translation]) -> tuple[str, str]:
    """A test's title and hint in the course's language; in English where they are not translated."""
    found = translations.get(about.name.split("[")[0], Translation())
    return found.title or about.title, found.hint or about.hint


def files_of_tests(folder: Path) -> list[Path]:
    """The test files of an assignment's folder, public ones first."""
    return [path for name in (PUBLIC_FILE, HIDDEN_FILE) if (path := folder / name).exists()]


def run_tests(files: list[Path], context: Context) -> list[TestResult]:
    """Runs the tests of ``context.items`` in these files.

    Raises:
        EnvironmentFault: there is no worker, or it was lost; what is left of the tests was not run.
        GraderError: a file could not be imported, or pytest failed.
    """
    if not context.items or not files:
        return []
    plugin = GraderPlugin(context)
    code = run_pytest(files, plugin)
    if plugin.fault:
        raise plugin.fault
    if plugin.errors:
        raise GraderError("the tests could not be run:\n" + "\n".join(plugin.errors))
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise GraderError(f"pytest ended with {code!r}")
    return plugin.results


def run_pytest(files: list[Path], plugin: object, *options: str) -> int:
    """Runs pytest on these files and on nothing else, with one plugin and nobody else's settings."""
    _forget(files)
    try:
        return pytest.main(
            [*PYTEST_OPTIONS, *options, f"--rootdir={files[0].parent}", "-c", str(EMPTY_SETTINGS), *map(str, files)],
            plugins=[plugin],
        )
    finally:
        _forget(files)


def _forget(files: list[Path]) -> None:
    """Drops test modules: pytest takes ``test_hidden`` of one assignment for that of the next otherwise."""
    names = {file.stem for file in files}
    for name in [name for name in sys.modules if name in names]:
        del sys.modules[name]
