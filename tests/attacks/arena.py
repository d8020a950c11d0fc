"""Where attacks are run: a course of its own, planted canaries, and everything that is looked at afterwards.

Theory of operation.  An attack is graded by the real engine behind a real sandbox.  ``Arena.run`` looks at the
world before and after and gives the *harm*: a list of sentences, empty when the attack did nothing that it must
not.  The sandbox's own word is not trusted: files are hashed from outside, processes are counted in ``/proc``,
ports listen for themselves, and a right submission is graded afterwards on the same warm host.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import resource
import secrets
import select
import shutil
import socket
import subprocess
import sys
import time
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np

from autograder.grading.engine import Engine, Options
from autograder.model import Chunk, Report, Submission
from autograder.reports.line import as_line
from autograder.reports.store import ReportStore
from autograder.reports.table import item_html, item_text, report_table
from autograder.sandbox import Backend, choose_backend
from autograder.sandbox.devices import Lease
from autograder.workspace import Workspace, find_workspace
from tests.attacks.corpus import FOLDER, Attack

MIB = 2**20
GONE_LIMIT_S = 5.0
TRUSTED_MEMORY_MIB = 512  # what grading one small submission may add to the grader's own peak
OWN_TAGS = {"div", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "em", "br"}
CANARY = re.compile(r"CANARY-[a-z-]+-[0-9a-f]{12}")
BREACH = re.compile(r"BREACH [^\"\\\n{]{1,160}")

# Short limits, so that an endless loop costs little.  The other numbers are the assignment's own.
LIMITS = {
    "activations": {"call_wall_s": 2.0, "load_wall_s": 6.0, "total_wall_s": 20.0, "cpu_s": 20, "memory_mib": 512,
                    "processes": 32, "file_mib": 8, "output_mib": 4},
    "evaluation": {"call_wall_s": 2.0, "load_wall_s": 6.0, "total_wall_s": 20.0, "memory_mib": 512, "processes": 32,
                   "output_mib": 4},
    "vgg16": {"call_wall_s": 20.0, "load_wall_s": 30.0, "total_wall_s": 120.0, "memory_mib": 3072},
    "training": {"call_wall_s": 90.0, "load_wall_s": 60.0, "total_wall_s": 400.0, "memory_mib": 4096},
}  # fmt: skip
ITEMS = {
    "activations": frozenset({"relu", "dead_units"}),
    "evaluation": frozenset({"sensitivity_specificity", "roc_curve", "auc", "roc_auc"}),
    "vgg16": frozenset({"conv_block", "receptive_field"}),
    "training": frozenset({"build_vgg16", "build_and_compile", "minimum_auc"}),
}
PROFILE = """
# Enough for a network that only has to see which images have a bright spot.
[profiles.attacks]
size = 32
per_class = 100
hidden_per_class = 50
width = 0.0625
dense_units = 8
epochs = 3
steps_per_epoch = 25
validation_steps = 12
batch_size = 16
training_wall_s = 90
bounds = { kernels = 0.6, filters = 0.6, least_moved = 1e-3, most_bias = 1.0, loss = 0.15 }
auc_steps = [{ auc = 0.80, credit = 0.5 }, { auc = 0.95, credit = 1.0 }]
"""
PROBE_POINTS = {"activations": 17.08, "evaluation": 65.0, "vgg16": 6.0, "training": 12.0}
PROBES = {
    "activations": """
import numpy as np
def relu(x): return np.maximum(np.asarray(x), np.float32(0) if np.asarray(x).dtype == np.float32 else 0.0)
def dead_unit_fraction(z): return float(np.mean(np.all(np.asarray(z) <= 0, axis=0)))
""",
}


@dataclass(frozen=True)
class PaintedData:
    """Images that need no generator: a spot, bright in abnormal ones and dark in normal ones.

    Their brightness as a whole varies by itself, so that a network that was not trained does not rank them well by
    chance.  Stands in for ``CourseData``.
    """

    size: int
    per_class: int

    def train(self) -> tuple[np.ndarray, np.ndarray]:
        """The students' training images."""
        return self._split(1)

    def validation(self) -> tuple[np.ndarray, np.ndarray]:
        """The students' validation images."""
        return self._split(2)

    def hidden(self) -> tuple[np.ndarray, np.ndarray]:
        """The grader's images."""
        return self._split(3)

    def _split(self, seed: int) -> tuple[np.ndarray, np.ndarray]:
        rng = np.random.default_rng(seed)
        labels = rng.permutation(np.repeat([0, 1], self.per_class))
        images = rng.normal(110, 15, (len(labels), 1, 1)) + rng.normal(0, 8, (len(labels), self.size, self.size))
        for image, label in zip(images, labels, strict=True):
            (row, column), side = rng.integers(4, self.size - 12, 2), rng.integers(8, 12)
            image[row : row + side, column : column + side] += 60 if label else -60
        return np.clip(images, 0, 255).astype(np.uint8), labels.astype(np.int64)


@dataclass
class Warm:
    """An engine, and what its probe's report looks like on a fresh host."""

    engine: Engine
    probe: Submission
    processes: int = 0
    fresh: dict[str, Any] = field(default_factory=dict)


class Arena:
    """One course behind one sandbox; ``run`` grades an attack and tells its harm."""

    def __init__(self, root: Path, repository: Path, backend: Backend, lease: Lease | None = None):
        self.root, self.backend, self.lease = root, backend, lease
        self.course = copy_course(repository, root / "checkout")
        self.workspace: Workspace = find_workspace(self.course, profile="attacks")
        self.scratch = root / "scratch"  # the engine's hosts work here: see conftest
        self.scratch.mkdir(mode=0o700)
        self.canaries = plant(root, self.course, self.workspace.state_dir)
        self.environment = {"CXR_API_TOKEN": _canary("environment")}
        self.store = ReportStore(root / "store")
        self.watched = [self.course, root / "home", root / "students", root / "gradebook"]
        self._warm: dict[str, Warm] = {}
        self.report: Report | None = None  # the last attack's
        self._listeners = contextlib.ExitStack()
        self.ports = _Ports(root / "home" / "bus.socket", self._listeners)

    def close(self) -> None:
        """Ends the hosts and closes the ports."""
        for warm in self._warm.values():
            warm.engine.close()
        self._listeners.close()

    # -- grading ---------------------------------------------------------------------------------

    def warm(self, assignment: str) -> Warm:
        """The assignment's warm engine; its first submission is the probe."""
        for name, other in self._warm.items():
            if name != assignment:
                other.engine.close()  # a host comes back by itself; a TensorFlow that waits is large
        if assignment not in self._warm:
            items = ITEMS[assignment] if assignment == "training" else ITEMS[assignment] - {"minimum_auc"}
            options = Options(items=items, lease=self.lease)
            profile = self.workspace.course().active_profile
            data = PaintedData(profile.size, profile.per_class)
            engine = Engine(self.workspace, assignment, self.backend, options, course_data=data)
            warm = self._warm[assignment] = Warm(engine, _probe(assignment, self.course))
            report = engine.grade(warm.probe)
            if report.outcome != "graded" or report.score < 0.9 * PROBE_POINTS[assignment]:
                self._warm.pop(assignment).engine.close()  # an arena in which nothing works proves nothing
                raise AssertionError(f"the probe earned {report.score:g} ({report.outcome}): {report.to_json()}"[:3000])
            warm.fresh = frozen(report)
            warm.processes = len(processes_in(self.scratch))
        return self._warm[assignment]

    def run(self, attack: Attack) -> list[str]:
        """Grades an attack; every harm that it did, one sentence each."""
        warm = self.warm(attack.assignment)
        with _bystander() as other:
            names = [n for i in warm.engine.assignment.items if i.id in ITEMS[attack.assignment] for n in i.functions]
            handed_in = self.submission(attack, self.places(other.pid), names)
            before, rights = snapshot(self.watched), Rights.of(os.getpid(), other.pid)
            reset_peak_memory()
            start = peak_memory_mib()
            try:
                self.report = warm.engine.grade(handed_in)
                harm = self.harm_of_report(attack, self.report)
            except Exception as error:
                harm = [f"the grader fell: {type(error).__name__}: {str(error)[:200]}"]
            grown = peak_memory_mib() - start
            harm += [f"changed {path}" for path in changes(before, snapshot(self.watched))]
            harm += [f"another process has other rights: {what}" for what in rights.changed()]
            harm += ["another student's process was ended"] if other.poll() is not None else []
        if attack.assignment in ("activations", "evaluation") and grown > TRUSTED_MEMORY_MIB:
            harm.append(f"the grader itself needed {grown:.0f} MiB")
        harm += [f"something arrived at {name}" for name in self.ports.heard()]
        harm += [f"left {path.name} in the scratch folder" for path in self.scratch.glob("autograder-*/fork-*")]
        try:
            harm += self._harm_to_the_next(warm)
        except Exception as error:
            harm.append(f"the grader fell at the next submission: {type(error).__name__}")
        if harm:
            self._start_over(warm)
        return harm

    def _start_over(self, warm: Warm) -> None:
        """A fresh host after an attack that succeeded, so that the next attack is judged by itself."""
        with contextlib.suppress(Exception):
            warm.engine.close()
        subprocess.run(["rm", "-rf", *map(str, self.scratch.glob("*"))], check=True)  # Python's rmtree may fall

    def harm_of_report(self, attack: Attack, report: Report) -> list[str]:
        """What a report shows: points that were not earned, canaries, text that would spoil a page or a terminal."""
        harm = (
            [] if report.outcome == "graded" else [f"the outcome is {report.outcome}: {' '.join(report.notes)[:300]}"]
        )
        for item in report.items:
            told = item.id == attack.flagged and any(flag.startswith(f"{item.id}: ") for flag in report.flags)
            most = None if told else attack.earns.get(item.id, 0.0)
            if item.score is not None and item.score > (item.max_score if most is None else most):
                harm.append(f"{item.id} earned {item.score:g} points")
        text = json.dumps(report.to_json())
        harm += [f"read {name}" for name in sorted(set(CANARY.findall(text)))]
        harm += sorted(set(BREACH.findall(text)))
        return harm + harm_to_pages(report, self.store)

    def _harm_to_the_next(self, warm: Warm) -> list[str]:
        """The probe on the same host, and what is left of processes when its fork has ended as well."""
        found = frozen(warm.engine.grade(warm.probe))
        harm = [] if found == warm.fresh else [f"the next submission was graded otherwise: {_difference(found, warm)}"]
        return harm + [f"left a process behind: {line[:100]}" for line in self._left_behind(warm)]

    def _left_behind(self, warm: Warm) -> list[str]:
        """Processes beside those that a waiting host consists of; a killed one may take a moment to go."""
        deadline = time.monotonic() + GONE_LIMIT_S
        while True:
            present = processes_in(self.scratch)
            newest = max(
                self.scratch.glob("autograder-*"), key=lambda path: path.stat().st_ctime, default=Path("-")
            ).name
            other = [line for line in present.values() if newest not in line]
            more = len(present) - len(other) - warm.processes
            left = other + ["one more like its host"] * max(0, more)
            if not left or time.monotonic() > deadline:
                return left
            time.sleep(0.05)

    def submission(self, attack: Attack, places: dict[str, Any], names: list[str]) -> Submission:
        """What the attacker hands in: the tools, perhaps honest work, and the attack."""
        tools = f"PLACES = {places!r}\nNAMES = {names!r}\n" + (FOLDER / "tools.py").read_text(encoding="utf-8")
        chunks = [Chunk("tools", tools), Chunk(attack.name, attack.source)]
        if attack.honest:
            source = (self.course / "reference_solution" / f"{attack.assignment}.py").read_text(encoding="utf-8")
            chunks.insert(1, Chunk("honest", source))
        return Submission("attacker", tuple(chunks))

    def places(self, other: int) -> dict[str, Any]:
        """What an attacker is taken to know."""
        assignments = self.course / "assignments"
        return {
            "secrets": sorted(self.canaries),
            "hidden_tests": str(assignments / "activations" / "test_hidden.py"),
            "reference": str(self.course / "reference_solution" / "activations.py"),
            "reference_folder": str(self.course / "reference_solution"),
            "assignments": str(assignments),
            "home": str(self.root / "home"),
            "student": str(self.root / "students" / "park" / "activations"),
            "gradebook": str(self.root / "gradebook" / "gradebook.db"),
            "state": str(self.workspace.state_dir),
            "scratch": str(self.scratch),
            "site": str(Path(np.__file__).parent.parent),
            "grader": os.getpid(),
            "other": other,
            **self.ports.places,
        }


def frozen(report: Report) -> dict[str, Any]:
    """A report without what may differ: how long things took."""
    items = [replace(item, tests=tuple(replace(test, seconds=0.0) for test in item.tests)) for item in report.items]
    return replace(report, seconds=0.0, items=tuple(items)).to_json()


def _difference(found: dict[str, Any], warm: Warm) -> str:
    for key, value in found.items():
        if value != warm.fresh[key]:
            return f"{key}: {str(value)[:300]} in place of {str(warm.fresh[key])[:300]}"
    return "nothing"


def _probe(assignment: str, course: Path) -> Submission:
    """A submission whose report is known: small and right in part, or the reference."""
    source = PROBES.get(assignment)
    if source is None:
        source = (course / "reference_solution" / f"{assignment}.py").read_text(encoding="utf-8")
    return Submission("next", (Chunk("next", source),))


# -- the course and what is planted in it --------------------------------------------------------


def _canary(name: str) -> str:
    return f"CANARY-{name}-{secrets.token_hex(6)}"


def copy_course(repository: Path, folder: Path) -> Path:
    """What a grader reads, with short limits and a small profile for training."""
    for name in ("assignments", "reference_solution"):
        shutil.copytree(repository / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "assignments" / "course.toml").open("a", encoding="utf-8") as stream:
        stream.write(PROFILE)
    for assignment, limits in LIMITS.items():
        path = folder / "assignments" / assignment / "assignment.toml"
        text = re.sub(r"^\[limits\]\n(\w+ = .+\n?)*", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        table = "".join(f"{key} = {value}\n" for key, value in limits.items())
        path.write_text(f"{text}\n[limits]\n{table}", encoding="utf-8")
    return folder


def plant(root: Path, course: Path, state: Path) -> dict[str, str]:
    """Writes canaries into everything worth reading; the canary of each file by its path."""
    hidden = course / "assignments" / "activations" / "test_hidden.py"
    files = {
        hidden: ("hidden-tests", hidden.read_text(encoding="utf-8") + "\n# {}\n"),
        (path := course / "reference_solution" / "activations.py"): ("reference", path.read_text() + "\n# {}\n"),
        state / "hidden" / "labels.csv": ("hidden-labels", "image,label\n0,1\n# {}\n"),
        state / "reports" / "index" / "park.json": ("report", '{{"key": "{}"}}'),
        root / "students" / "park" / "activations" / "activations.ipynb": ("submission", '{{"cells": ["{}"]}}'),
        root / "gradebook" / "gradebook.db": ("gradebook", "SQLite format 3\0 kim 100 {}"),
        root / "home" / ".ssh" / "id_ed25519": ("home", "-----BEGIN KEY----- {}"),
    }
    planted = {}
    for path, (name, text) in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        canary = _canary(name)
        body = f"{text[:-3]}{canary}\n" if text.endswith("{}\n") else text.format(canary)
        path.write_text(body, encoding="utf-8")
        path.chmod(0o600)
        planted[str(path)] = canary
    return planted


# -- files ----------------------------------------------------------------------------------------


def snapshot(folders: list[Path]) -> dict[str, tuple[Any, ...]]:
    """Content, owner, rights, times and attributes of everything below some folders."""
    found = {}
    for folder in folders:
        for path in (folder, *sorted(folder.rglob("*"))):
            if "__pycache__" in path.parts:
                continue
            status = path.lstat()
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
            time = 0 if path.is_dir() else status.st_mtime_ns  # a folder's own changes with a __pycache__
            attributes = tuple(os.listxattr(path, follow_symlinks=False))
            found[str(path)] = (status.st_mode, status.st_uid, status.st_gid, status.st_size, time, content, attributes)
    return found


def changes(before: dict[str, tuple[Any, ...]], after: dict[str, tuple[Any, ...]]) -> list[str]:
    """Paths that came, went or differ; folders count by their rights only."""
    folders = {path for path, state in {**before, **after}.items() if not state[5]}
    return sorted(
        path
        for path in before.keys() | after.keys()
        if (before.get(path, ())[:3], after.get(path, ())[:3]) != (after.get(path, ())[:3], before.get(path, ())[:3])
        or (path not in folders and before.get(path) != after.get(path))
    )


# -- processes -----------------------------------------------------------------------------------


def processes_in(folder: Path) -> dict[int, str]:
    """Command lines of all processes on this machine that have the folder in theirs, or work in it."""
    found = {}
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        with contextlib.suppress(OSError):
            line = entry.joinpath("cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            if str(folder) in line or str(folder) in os.readlink(entry / "cwd"):
                found[int(entry.name)] = line
    return found


@contextlib.contextmanager
def _bystander() -> Iterator[subprocess.Popen[bytes]]:
    """Another student's worker, as far as signals and rights are concerned: a process of the same user."""
    process = subprocess.Popen([sys.executable, "-I", "-S", "-c", "import signal; signal.pause()"])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True)
class Rights:
    """What may be set for a process from outside: its limits, priority and cores."""

    grader: int
    other: int
    before: dict[str, Any]

    @classmethod
    def of(cls, grader: int, other: int) -> Rights:
        """As they are now."""
        return cls(grader, other, _rights(grader, other))

    def changed(self) -> list[str]:
        """What differs from before; the grader's own are put back."""
        now = _rights(self.grader, self.other)
        with contextlib.suppress(OSError, ValueError, KeyError):
            resource.prlimit(self.grader, resource.RLIMIT_MSGQUEUE, self.before["RLIMIT_MSGQUEUE of the grader"])
            os.setpriority(os.PRIO_PROCESS, self.grader, self.before["priority of the grader"])
        return [name for name, value in now.items() if value != self.before[name]]


def _rights(grader: int, other: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for who, pid in (("the grader", grader), ("another student", other)):
        with contextlib.suppress(ProcessLookupError):
            for name in ("RLIMIT_CPU", "RLIMIT_NOFILE", "RLIMIT_MSGQUEUE", "RLIMIT_FSIZE", "RLIMIT_DATA"):
                found[f"{name} of {who}"] = resource.prlimit(pid, getattr(resource, name))
            found[f"priority of {who}"] = os.getpriority(os.PRIO_PROCESS, pid)
            found[f"cores of {who}"] = tuple(sorted(os.sched_getaffinity(pid)))
            found[f"scheduler of {who}"] = os.sched_getscheduler(pid)
    return found


def reset_peak_memory() -> None:
    """Starts the count of ``peak_memory_mib`` anew."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_memory_mib() -> float:
    """The largest resident memory of this process since ``reset_peak_memory``."""
    text = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", text)[1]) / 1024  # type: ignore[index]


# -- ports ---------------------------------------------------------------------------------------


class _Ports:
    """Listeners on this machine: TCP, UDP, and Unix sockets with a path and without."""

    def __init__(self, path: Path, stack: contextlib.ExitStack):
        name = f"\0cxr-{secrets.token_hex(4)}"
        ends = {
            "a TCP port": (socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0)),
            "a UDP port": (socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0)),
            "a Unix socket": (socket.AF_UNIX, socket.SOCK_STREAM, str(path)),
            "an abstract socket": (socket.AF_UNIX, socket.SOCK_STREAM, name),
        }
        self._sockets = {}
        for what, (family, kind, address) in ends.items():
            end = self._sockets[what] = stack.enter_context(socket.socket(family, kind))
            end.bind(address)
            end.setblocking(False)
            if kind == socket.SOCK_STREAM:
                end.listen()
        tcp, udp = (self._sockets[what].getsockname()[1] for what in ("a TCP port", "a UDP port"))
        self.places = {"tcp": tcp, "udp": udp, "unix": str(path), "abstract": name}

    def heard(self) -> list[str]:
        """The ports at which something has arrived since the last time; it is taken away."""
        found = []
        for what, end in self._sockets.items():
            while select.select([end], [], [], 0)[0]:
                found.append(what)
                with contextlib.suppress(OSError):
                    if end.type == socket.SOCK_STREAM:
                        end.accept()[0].close()
                    else:
                        end.recv(65536)
        return sorted(set(found))


# -- what a TA opens -----------------------------------------------------------------------------


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.odd: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in OWN_TAGS or any(name not in ("class", "style") for name, _ in attrs):
            self.odd.append(tag)


def harm_to_pages(report: Report, store: ReportStore) -> list[str]:
    """A report has to be saved, printed and shown, and nothing in it may act on a page or a terminal."""
    harm = []
    try:
        store.put(report)
        if store.get(report.key) is None:
            harm.append("the report cannot be read back")
        json.dumps(as_line(report, "x.py"), ensure_ascii=False).encode()
        tags = _Tags()
        for item in report.items:
            tags.feed(item_html(item, item.score, "en"))
            item_text(item, item.score, "en").encode()
        harm += [f"a tag <{tag}> reaches a page" for tag in tags.odd]
        shown = printed(report)
        shown.encode()
        if odd := sorted({repr(c) for c in shown if unicodedata.category(c) in ("Cc", "Cs") and c != "\n"}):
            harm.append(f"control characters reach a terminal: {' '.join(odd[:5])}")
    except UnicodeError as error:
        harm.append(f"the report cannot be saved or printed: {error}")
    return harm


def printed(report: Report) -> str:
    """What ``autograder grade`` prints of a report, as it does it."""
    from rich.console import Console

    stream = io.StringIO()
    console = Console(file=stream, width=200, color_system=None, force_terminal=True)
    console.print(report_table(report))
    for note in report.notes:
        console.print(note, markup=False, style="yellow")
    return stream.getvalue()


def make_arena(root: Path, repository: Path, name: str, lease: Lease | None = None) -> Arena:
    """An arena behind the sandbox of that name; with a lease its workers may use devices."""
    return Arena(root, repository, choose_backend(name), lease)
