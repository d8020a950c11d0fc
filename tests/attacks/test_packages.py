"""Hostile packages: collected and read in bounds, and nbgrader's pages come out harmless.

A builder, ``make(folder, world)``, fills what a student hands in.  It stands in ``submitted/`` then; where the
builder says ``BY = "exchange"`` it stands in nbgrader's exchange, and where it says ``BY = "zip"`` an LMS has packed
each file under the student's name.  ``MIB = 64`` says what the intake may need at most to read it.
"""

from __future__ import annotations

import datetime
import json
import os
import re
import resource
import runpy
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from autograder.authoring.course import create_course, new_folder
from tests.attacks.arena import CANARY, changes, copy_course, plant, snapshot
from tests.attacks.corpus import PACKAGES, Attack, all_attacks
from tests.attacks.known import known
from tests.attacks.table import note

ALL = [attack for attack in all_attacks() if attack.family == PACKAGES]
WAYS = {attack.name: way[1] for attack in ALL if (way := re.search(r'^BY = "(\w+)"$', attack.source, re.MULTILINE))}
MOST_MIB = {a.name: int(most[1]) for a in ALL if (most := re.search(r"^MIB = (\d+)$", a.source, re.MULTILINE))}
BUILDERS = [attack for attack in ALL if attack.name not in WAYS]
COLLECTED = [attack for attack in ALL if attack.name in WAYS]
INTAKE_LIMIT_S = 20  # a hundred times what the slowest honest notebook needs
INTAKE_MEMORY_MIB = 1024
MAX_PAGE_BYTES = 40 * 2**20
MAX_FILE_MIB = 256  # a link to /dev/zero that is copied must not fill the disk
INTAKE = """
import json, re, sys
from pathlib import Path
from autograder.config import load_assignment
from autograder.intake import read_collected
course, assignments, student = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
assignment = load_assignment(assignments, "activations")
before = Path("/proc/self/status").read_text()
submission = read_collected(course, student, assignment, "en")
after = Path("/proc/self/status").read_text()
peak = [int(re.search(r"VmHWM:\\s+(\\d+)", text)[1]) // 1024 for text in (before, after)]
chunks = [[chunk.name, chunk.source[:100_000]] for chunk in submission.chunks]
print(json.dumps({"chunks": chunks, "notes": submission.notes, "grown": peak[1] - peak[0]}))
"""
RECORD = """
import json, sys
from pathlib import Path
from autograder.nbgrader_plugs.record import record
done = record(Path(sys.argv[1]), "activations")
print(json.dumps([[r.student, r.recorded, r.score, r.problem] for r in done]))
"""
NAMES = r".*/(?P<student_id>[^_/]+)_(?P<timestamp>[0-9-]+)_(?P<file_id>\w+)"  # as in docs/instructor.md
RIGHT = {
    "relu": "def relu(x):\n    return np.maximum(as_floats(x), 0)\n\n\ndef relu_grad(x):\n    x = as_floats(x)\n"
    "    return (x > 0).astype(x.dtype)\n",
}


@dataclass
class World:
    """What a builder may use: the released notebook, where secrets are, another student's folder, a right answer."""

    course: Path
    assignments: Path
    secrets: list[Path]
    other: Path
    watched: list[Path]
    right: dict[str, str] = field(default_factory=lambda: dict(RIGHT))

    def notebook(self, sources: dict[str, str] | None = None) -> dict[str, Any]:
        """The released notebook, with some solution cells filled in."""
        data: dict[str, Any] = json.loads((self.course / "release/activations/activations.ipynb").read_text())
        for cell in data["cells"]:
            name = cell["metadata"].get("nbgrader", {}).get("grade_id", "").removeprefix("solution-")
            if name in (sources or {}):
                cell["source"] = (sources or {})[name]
        return data

    def write(self, folder: Path, notebook: dict[str, Any]) -> None:
        """Saves it under its proper name."""
        (folder / "activations.ipynb").write_text(json.dumps(notebook))


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Iterator[World]:
    """An nbgrader course of one assignment, with planted canaries around it."""
    root = tmp_path_factory.mktemp("packages")
    checkout = copy_course(repository, root / "checkout")
    settings = checkout / "assignments" / "course.toml"
    text = re.sub(r"^assignments = .*$", 'assignments = ["activations"]', settings.read_text(), flags=re.MULTILINE)
    settings.write_text(text)
    umask = os.umask(0o022)  # the exchange is checked by nbgrader
    with new_folder(root / "course") as folder:
        create_course(folder, root / "course", checkout / "assignments", checkout / "reference_solution", "en", "cpu")
    os.umask(umask)
    with (root / "course" / "nbgrader_config.py").open("a") as config:
        config.write(f"c.FileNameCollectorPlugin.named_regexp = {NAMES!r}\n")
    planted = plant(root, checkout, root / "course" / ".autograder")
    secrets = [Path(path) for path in planted if "home" in path or "students" in path or "reference" in path]
    watched = [checkout, root / "home", root / "students", root / "course" / "secret", root / "course" / "source"]
    yield World(root / "course", checkout / "assignments", secrets, root / "students" / "park" / "activations", watched)
    shutil.rmtree(root, ignore_errors=True)


def build(attack: Attack, world: World) -> str:
    """Puts the package into ``submitted/``; gives the student's id."""
    folder = world.course / "submitted" / attack.name / "activations"
    subprocess.run(["rm", "-rf", str(folder.parent)], check=True)
    folder.mkdir(parents=True)
    make: Callable[[Path, World], None] = runpy.run_path(str(attack.path))["make"]
    make(folder, world)
    return attack.name


def run_child(source: str, *arguments: str, limit_s: float, memory_mib: int) -> subprocess.CompletedProcess[str]:
    """Runs trusted code on a package with a bound on time and memory, so that the tests survive what it would not."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (memory_mib * 2**20, memory_mib * 2**20))
        resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_FILE_MIB * 2**20, MAX_FILE_MIB * 2**20))

    return subprocess.run(
        [sys.executable, "-c", source, *arguments], capture_output=True, text=True, errors="replace", timeout=limit_s,
        check=False, preexec_fn=bound, cwd=Path(__file__).parents[2],
    )  # fmt: skip


@pytest.mark.parametrize("attack", BUILDERS, ids=lambda attack: attack.name)
def test_a_package_is_read_in_bounds(attack: Attack, world: World, request: pytest.FixtureRequest) -> None:
    """The intake neither falls nor hangs nor swells, shows no other file's text, and changes nothing."""
    if reason := known(attack, "intake"):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    student = build(attack, world)
    before = snapshot(world.watched)
    try:
        arguments = (str(world.course), str(world.assignments), student)
        done = run_child(INTAKE, *arguments, limit_s=INTAKE_LIMIT_S, memory_mib=4 * INTAKE_MEMORY_MIB)
        harm = judge_intake(done, MOST_MIB.get(attack.name, INTAKE_MEMORY_MIB))
    except subprocess.TimeoutExpired:
        harm = [f"the intake did not finish in {INTAKE_LIMIT_S} s"]
    harm += [f"changed {path}" for path in changes(before, snapshot(world.watched))]
    subprocess.run(["rm", "-rf", str(world.course / "submitted" / student)], check=True)
    note(attack, "intake", harm)
    assert not harm, f"{attack.tries}\n" + "\n".join(harm)


def judge_intake(done: subprocess.CompletedProcess[str], most_mib: int = INTAKE_MEMORY_MIB) -> list[str]:
    """What the child's end and its output show."""
    if done.returncode != 0:
        return [f"the intake fell: {done.stderr.strip()[-400:]}"]
    data = json.loads(done.stdout)
    harm = [f"read {name}" for name in sorted(set(CANARY.findall(done.stdout + done.stderr)))]
    if data["grown"] > most_mib:
        harm.append(f"the intake needed {data['grown']} MiB")
    texts = [*data["notes"], *(name for name, _ in data["chunks"])]
    harm += [f"a note cannot be printed: {text!r}" for text in texts if not text.replace("\n", "").isprintable()]
    return harm


class _Acts(HTMLParser):
    """Finds what would act in a browser: scripts, handlers, links that run something."""

    def __init__(self, names: set[str]) -> None:
        super().__init__()
        self.names = names
        self.found: list[str] = []
        self._script = self._plain = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x1f]", "", value or "").lower()
            if (name.startswith("on") or tag in ("iframe", "svg")) and "evil" in address:
                self.found.append(f"<{tag} {name}={value}>")
            if name in ("href", "src") and address.startswith(("javascript:", "vbscript:", "data:text/html")):
                self.found.append(f"<{tag} {name}={value}>")
            if (tag, name) == ("img", "src") and not address.startswith("data:image/"):
                self.found.append(f"<{tag} {name}={value}>")  # a browser asks for it before anybody clicks
            if (tag, name) == ("a", "href") and not address.startswith(("#", "https://", "http://")):
                self.found.append(f"<{tag} {name}={value}>")
            if name == "href" and "formgrader" in unquote(address):
                self.found.append(f"<{tag} {name}={value}>")
            if re.fullmatch("h[1-6]", tag) and name == "id" and value in self.names:
                self.found.append(f"<{tag} {name}={value}>")
        self._script, self._plain = tag == "script", tag in ("pre", "code")  # no formulas in these

    def handle_data(self, data: str) -> None:
        if self._script and "EVIL" in data:
            self.found.append(f"<script>{data[:60]}")
        if re.search(r"\\href\{\s*javascript:", data) and not self._plain:
            self.found.append(data.strip()[:80])

    def handle_endtag(self, tag: str) -> None:
        self._script = self._plain = False


@pytest.fixture(scope="module")
def recorded(world: World) -> dict[str, Any]:
    """All packages through nbgrader, as ``autograder batch`` does it, and their feedback pages."""
    environment = {"JUPYTER_DATA_DIR": str(world.course / ".jupyter"), "PYTHONPATH": str(Path(__file__).parents[2])}
    names = [build(attack, world) for attack in BUILDERS]
    honest = world.course / "submitted" / "honest" / "activations"
    shutil.copytree(world.course / "release" / "activations", honest, dirs_exist_ok=True)
    world.write(honest, world.notebook(RIGHT))
    before = snapshot(world.watched)
    done = run_child(RECORD, str(world.course), limit_s=400, memory_mib=16 * 1024)
    feedback = subprocess.run(
        [sys.executable, "-m", "nbgrader", "generate_feedback", "activations"],
        cwd=world.course, capture_output=True, text=True, timeout=300, check=False,
        env=os.environ | environment,
    )  # fmt: skip
    changed = changes(before, snapshot(world.watched))
    lines = done.stdout.strip().splitlines()
    rows = {row[0]: row[1:] for row in json.loads(lines[-1])} if done.returncode == 0 and lines else {}
    return {"names": names, "rows": rows, "error": done.stderr[-2000:], "feedback": feedback.stderr, "changed": changed}


@pytest.mark.slow
@pytest.mark.parametrize("attack", BUILDERS, ids=lambda attack: attack.name)
def test_a_package_is_graded_and_shown_harmlessly(
    attack: Attack, world: World, recorded: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    """It gets a grade that it earned, stops nobody else's, and its page acts on nobody who opens it."""
    if reason := known(attack, "pages"):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    assert recorded["rows"], recorded["error"]
    done, score, problem = recorded["rows"].get(attack.name, (False, 0, "it is missing from the gradebook"))
    harm = [] if done else [f"not graded: {problem[:300]}"]
    if score > (recorded["rows"]["honest"][1] if attack.earns else 0):
        harm.append(f"earned {score:g} points")
    pages = [*(world.course / "feedback" / attack.name).rglob("*.html")]
    harm += [f"{len(pages)} feedback pages"] if len(pages) != 1 else []
    marks = [cell["metadata"].get("nbgrader") for cell in world.notebook()["cells"]]
    names = {mark["grade_id"] for mark in marks if mark}
    for page in pages:
        text = page.read_text(encoding="utf-8")
        if len(text) > MAX_PAGE_BYTES:
            harm.append(f"a page of {len(text)} characters")
        acts = _Acts(names)
        acts.feed(text)
        harm += [f"acts on its reader: {what}" for what in acts.found] + CANARY.findall(text)
    for path in (world.course / "autograded" / attack.name).rglob("*"):
        if path.is_file() and (found := CANARY.findall(path.read_bytes().decode("latin-1"))):
            harm.append(f"a copy of {found[0]} is in {path.relative_to(world.course)}")
    note(attack, "pages", harm)
    assert not harm, f"{attack.tries}\n" + "\n".join(harm)


@pytest.mark.slow
def test_packages_change_nothing_and_stop_nobody(recorded: dict[str, Any]) -> None:
    """After all of them nothing outside the course's results differs, and an honest student among them has a grade."""
    assert recorded["changed"] == []
    assert recorded["rows"]["honest"][0] and recorded["rows"]["honest"][1] > 0


COLLECT = """
import os, sys
from nbgrader.apps.nbgraderapp import NbGraderApp
os.chdir(sys.argv.pop(1))
os.environ["JUPYTER_DATA_DIR"] = os.path.join(os.getcwd(), ".jupyter")
sys.exit(NbGraderApp.launch_instance())
"""
COLLECT_LIMIT_S = 60
COLLECTED_MIB = 200
STOCK = {
    "zip": (
        "--ZipCollectApp.extractor_plugin=nbgrader.plugins.ExtractorPlugin",
        "--ZipCollectApp.collector_plugin=nbgrader.plugins.FileNameCollectorPlugin",
    ),
    "exchange": ("--ExchangeFactory.collect=nbgrader.exchange.default.ExchangeCollect",),
}
"""nbgrader's own collecting."""
HANDED_IN = datetime.datetime(2026, 1, 1, 10, tzinfo=datetime.UTC)


def hand_in(attack: Attack, world: World, scratch: Path) -> str:
    """Puts a package, and an honest student's work, where nbgrader collects; gives the attacker's id."""
    student = attack.name.replace("_", "-")
    for place in ("submitted", "downloaded", "exchange/course"):
        subprocess.run(["rm", "-rf", str(world.course / place)], check=True)
    if WAYS[attack.name] == "exchange":
        inbound = world.course / "exchange" / "course" / "inbound"
        folders = [inbound / f"{name}+activations+{HANDED_IN:%F %T}.5 UTC+r" for name in ("honest", student)]
    else:
        folders = [scratch / "honest", scratch / student]
    for folder in folders:
        folder.mkdir(parents=True)
    world.write(folders[0], world.notebook(RIGHT))
    for path in (folders[0] / "activations.ipynb", folders[0]):
        os.utime(path, (HANDED_IN.timestamp(),) * 2)  # as when it was handed in at that time
    runpy.run_path(str(attack.path))["make"](folders[1], world)
    if WAYS[attack.name] == "zip":
        archives = world.course / "downloaded" / "activations" / "archive"
        archives.mkdir(parents=True)
        with zipfile.ZipFile(archives / "class.zip", "w") as archive:
            for path in (path for folder in folders for path in sorted(folder.iterdir())):
                archive.write(path, f"{path.parent.name}_{HANDED_IN:%Y%m%d-%H%M%S}_{path.name}")
    return student


def collect(attack: Attack, world: World, *options: str) -> subprocess.CompletedProcess[str]:
    """nbgrader's command, within bounds."""
    command = {"zip": "zip_collect", "exchange": "collect"}[WAYS[attack.name]]
    arguments = (str(world.course), command, "activations", *options)
    return run_child(COLLECT, *arguments, limit_s=COLLECT_LIMIT_S, memory_mib=INTAKE_MEMORY_MIB * 2)


def harm_of_collecting(attack: Attack, world: World, scratch: Path, *options: str) -> list[str]:
    """Hands in, collects, and looks at what is in ``submitted/`` then."""
    student = hand_in(attack, world, scratch)
    before = snapshot(world.watched)
    try:
        done = collect(attack, world, *options)
        harm = [f"collecting fell: {done.stderr[-600:]}"] if done.returncode else []
    except subprocess.TimeoutExpired:
        harm = [f"collecting did not finish in {COLLECT_LIMIT_S} s"]
    harm += [f"changed {path}" for path in changes(before, snapshot(world.watched))]
    harm += judge_collected(world.course / "submitted", student)
    honest = world.course / "submitted" / "honest" / "activations"
    notebook = honest / "activations.ipynb"
    if not notebook.is_file() or json.loads(notebook.read_text()) != world.notebook(RIGHT):
        harm.append("an honest student's work is missing, or another's")
    elif f"{HANDED_IN:%F %T}" not in (honest / "timestamp.txt").read_text():
        harm.append("an honest student's time was changed")
    if attack.earns and not (world.course / "submitted" / student / "activations" / "activations.ipynb").is_file():
        harm.append("a right notebook was not collected")
    return harm


def judge_collected(folder: Path, student: str) -> list[str]:
    """What does not belong there: other students, links, pipes, secrets, masses."""
    paths = [*folder.rglob("*")]
    strangers = {path.relative_to(folder).parts[0] for path in paths} - {"honest", student}
    harm = [f"collected for {name!r}" for name in sorted(strangers)]
    harm += [f"no plain file: {path}" for path in paths if path.is_symlink() or not (path.is_file() or path.is_dir())]
    files = [path for path in paths if path.is_file()]
    if len(files) > 2000 or sum(path.stat().st_size for path in files) > COLLECTED_MIB * 2**20:
        harm.append(f"{len(files)} files were collected")
    texts = (path.read_bytes().decode("latin-1") for path in files if path.stat().st_size < 10**7)
    return harm + [f"a copy of {found[0]}" for text in texts if (found := CANARY.findall(text))]


@pytest.mark.slow
@pytest.mark.parametrize("attack", COLLECTED, ids=lambda attack: attack.name)
def test_a_package_is_collected_harmlessly(
    attack: Attack, world: World, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """It stops nobody else's, is nobody else's, brings nothing along, and what was right in it is there."""
    if reason := known(attack, "intake"):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    harm = harm_of_collecting(attack, world, tmp_path)
    note(attack, "intake", harm)
    assert not harm, f"{attack.tries}\n" + "\n".join(harm)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["zip_as_another", "zip_bombs", "exchange_links", "exchange_names"])
def test_nbgraders_own_collecting_is_found_to_be_harmful(name: str, world: World, tmp_path: Path) -> None:
    """The same packages and the same verdict, with nbgrader's classes: it has to turn."""
    attack = next(attack for attack in COLLECTED if attack.name == name)
    assert harm_of_collecting(attack, world, tmp_path, *STOCK[WAYS[name]])
