"""Hostile packages: what a student hands in is read in bounds, and nbgrader's pages come out harmless."""

from __future__ import annotations

import json
import os
import re
import resource
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from autograder.authoring.course import create_course, new_folder
from tests.attacks.arena import CANARY, changes, copy_course, plant, snapshot
from tests.attacks.corpus import PACKAGES, Attack, all_attacks
from tests.attacks.known import known

BUILDERS = [attack for attack in all_attacks() if attack.family == PACKAGES]
INTAKE_LIMIT_S = 20  # a hundred times what the slowest honest notebook needs
INTAKE_MEMORY_MIB = 1024
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
from autograder.gradebook.record import record
done = record(Path(sys.argv[1]), "activations")
print(json.dumps([[r.student, r.recorded, r.score, r.problem] for r in done]))
"""
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
    with new_folder(root / "course") as folder:
        create_course(folder, root / "course", checkout / "assignments", checkout / "reference_solution", "en", "cpu")
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
        harm = judge_intake(done)
    except subprocess.TimeoutExpired:
        harm = [f"the intake did not finish in {INTAKE_LIMIT_S} s"]
    harm += [f"changed {path}" for path in changes(before, snapshot(world.watched))]
    subprocess.run(["rm", "-rf", str(world.course / "submitted" / student)], check=True)
    assert not harm, f"{attack.tries}\n" + "\n".join(harm)


def judge_intake(done: subprocess.CompletedProcess[str]) -> list[str]:
    """What the child's end and its output show."""
    if done.returncode != 0:
        return [f"the intake fell: {done.stderr.strip()[-400:]}"]
    data = json.loads(done.stdout)
    harm = [f"read {name}" for name in sorted(set(CANARY.findall(done.stdout + done.stderr)))]
    if data["grown"] > INTAKE_MEMORY_MIB:
        harm.append(f"the intake needed {data['grown']} MiB")
    texts = [*data["notes"], *(name for name, _ in data["chunks"])]
    harm += [f"a note cannot be printed: {text!r}" for text in texts if not text.replace("\n", "").isprintable()]
    return harm


class _Acts(HTMLParser):
    """Finds what would act in a browser: scripts, handlers, links that run something."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            address = re.sub(r"[\s\x00-\x1f]", "", value or "").lower()
            if (name.startswith("on") or tag in ("iframe", "svg")) and "evil" in address:
                self.found.append(f"<{tag} {name}={value}>")
            if name in ("href", "src") and address.startswith(("javascript:", "vbscript:", "data:text/html")):
                self.found.append(f"<{tag} {name}={value}>")
        self._script = tag == "script"

    def handle_data(self, data: str) -> None:
        if getattr(self, "_script", False) and "EVIL" in data:
            self.found.append(f"<script>{data[:60]}")
        if re.search(r"\\href\{\s*javascript:", data):
            self.found.append(data.strip()[:80])

    def handle_endtag(self, tag: str) -> None:
        self._script = False


LEFT_OUT = {"many_files", "slow_line", "large_source", "many_small_values"}  # the intake alone is tried with these


@pytest.fixture(scope="module")
def recorded(world: World) -> dict[str, Any]:
    """All packages through nbgrader, as ``autograder batch`` does it, and their feedback pages."""
    environment = {"JUPYTER_DATA_DIR": str(world.course / ".jupyter"), "PYTHONPATH": str(Path(__file__).parents[2])}
    names = [build(attack, world) for attack in BUILDERS if attack.name not in LEFT_OUT]
    shutil.copytree(world.course / "release" / "activations", world.course / "submitted" / "honest" / "activations")
    world.write(world.course / "submitted" / "honest" / "activations", world.notebook(RIGHT))
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
@pytest.mark.parametrize("attack", [a for a in BUILDERS if a.name not in LEFT_OUT], ids=lambda attack: attack.name)
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
    for page in (world.course / "feedback" / attack.name).rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        acts = _Acts()
        acts.feed(text)
        harm += [f"acts on its reader: {what}" for what in acts.found] + CANARY.findall(text)
    for path in (world.course / "autograded" / attack.name).rglob("*"):
        if path.is_file() and (found := CANARY.findall(path.read_bytes().decode("latin-1"))):
            harm.append(f"a copy of {found[0]} is in {path.relative_to(world.course)}")
    assert not harm, f"{attack.tries}\n" + "\n".join(harm)


@pytest.mark.slow
def test_packages_change_nothing_and_stop_nobody(recorded: dict[str, Any]) -> None:
    """After all of them nothing outside the course's results differs, and an honest student among them has a grade."""
    assert recorded["changed"] == []
    assert recorded["rows"]["honest"][0] and recorded["rows"]["honest"][1] > 0
