"""Runs a course from the release to the feedback, with the commands of nbgrader and ``autograder``."""

from __future__ import annotations

import datetime
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat

from autograder.authoring.course import course_settings
from autograder.course_folder import CourseFolder
from autograder.demo.students import (
    BROKEN,
    CHEAT,
    CLASS,
    EMPTY,
    RIGHT,
    SampleStudent,
    answer_survey,
    cheat_in,
    fill_in,
    source_of,
)
from autograder.errors import GraderError, UsageError
from autograder.workspace import Workspace, find_workspace

MARKER = ".autograder-demo"
SURVEY = "survey"
EARLY_S = 3600  # punctual students hand in this long before the due date
LATE_POLICY = """
[late]
policy = "per_day"
share_per_day = 0.1
"""


class Play:
    """One demonstration in a folder."""

    def __init__(self, checkout: Workspace, folder: Path):
        self.checkout, self.folder, self.course = checkout, folder, CourseFolder(folder)
        self.assignments = checkout.course().assignments

    def prepare_folder(self) -> None:
        """Deletes the folder of an earlier demo.

        Raises:
            UsageError: the folder holds something else.
        """
        if self.folder.exists() and not (self.folder / MARKER).exists() and any(self.folder.iterdir()):
            raise UsageError(f"{self.folder} holds files that no demo made; name another folder with --out")
        shutil.rmtree(self.folder, ignore_errors=True)

    def make_course(self) -> None:
        """``autograder init`` with a roster."""
        roster = self.checkout.state_dir / "demo-roster.csv"
        roster.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"{s.id},{s.first_name},{s.last_name},{s.id}@example.org" for s in CLASS]
        roster.write_text("\n".join(["id,first_name,last_name,email", *lines]) + "\n", encoding="utf-8")
        self._autograder(self.checkout.root, "init", str(self.folder), "--profile", "demo", "--roster", str(roster))
        (self.folder / MARKER).write_text("made by `autograder demo`; the next demo replaces this folder\n")

    def set_deadline(self, due: datetime.datetime) -> None:
        """Gives every assignment the same due date, and a price to lateness, in the course's own settings."""
        text = course_settings("UTC", self.assignments, dict.fromkeys(self.assignments, due))
        self.course.course_settings.write_text(text + LATE_POLICY, encoding="utf-8")

    def build_images(self) -> None:
        """Samples the course's images from the generator."""
        from autograder.dataset.course import CourseData

        CourseData(find_workspace(self.folder)).build()

    def exchange(self, assignment: str) -> None:
        """One student goes through nbgrader's exchange: release, fetch, submit, collect."""
        self._nbgrader(self.folder, "release_assignment", assignment, "--force")
        home = self.folder / "exchange-demo"
        home.mkdir(exist_ok=True)
        shutil.copyfile(self.course.student_config, home / "nbgrader_config.py")
        self._nbgrader(home, "fetch_assignment", assignment)
        student = CLASS[0]
        for attempt in ("", RIGHT):  # first unchanged, then filled in: the latest counts
            if attempt:
                self._write(student, assignment, home / assignment)
            self._nbgrader(home, "submit", assignment)
        for handed_in in self.course.exchange.glob(f"*/inbound/*+{assignment}+*"):
            # nbgrader signs with the account's name, and here all students share one account
            handed_in.rename(handed_in.with_name(f"{student.id}+{handed_in.name.split('+', 1)[1]}"))
        self._nbgrader(self.folder, "collect", assignment)

    def hand_in(self, student: SampleStudent, assignment: str, due: datetime.datetime) -> None:
        """A student's folder under ``submitted/``, as ``nbgrader collect`` or an LMS export leaves it."""
        folder = self.course.submission(student.id, assignment)
        shutil.copytree(self.course.release / assignment, folder, dirs_exist_ok=True)
        self._write(student, assignment, folder)
        when = due + datetime.timedelta(seconds=student.late_s or -EARLY_S)
        (folder / "timestamp.txt").write_text(when.strftime("%Y-%m-%d %H:%M:%S.%f UTC"))

    def grade(self) -> None:
        """``autograder batch`` on all assignments."""
        self._autograder(self.folder, "batch", *self.assignments, show=True)

    def feedback(self) -> Path:
        """``autograder feedback`` for everybody; returns the page of the student with the most feedback."""
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            list(pool.map(lambda assignment: self._autograder(self.folder, "feedback", assignment), self.assignments))
        return self.course.feedback / "chloe" / "activations" / "activations.html"

    def survey(self) -> None:
        """The class's answers, without names."""
        self._autograder(self.folder, "survey", "collect", str(self.folder))

    def _write(self, student: SampleStudent, assignment: str, folder: Path) -> None:
        path = folder / f"{assignment}.ipynb"
        released = nbformat.read(path, as_version=4)
        kind = student.work.get(assignment, student.otherwise)
        if student.otherwise == BROKEN:
            text = path.read_text(encoding="utf-8")
            path.write_text(text[: len(text) // 2], encoding="utf-8")
            return
        if assignment == SURVEY and student.satisfaction is not None:
            filled = answer_survey(released, student.satisfaction, source_of(self.checkout.root, SURVEY, RIGHT))
        elif kind == EMPTY:
            return
        elif kind == CHEAT:
            filled = cheat_in(released)
        else:
            filled = fill_in(released, source_of(self.checkout.root, assignment, kind), student.answer)
        nbformat.write(filled, path)

    def _autograder(self, where: Path, *arguments: str, show: bool = False) -> None:
        self._run([sys.executable, "-m", "autograder", *arguments], where, show=show)

    def _nbgrader(self, where: Path, *arguments: str) -> None:
        self._run([sys.executable, "-m", "nbgrader", *arguments], where)

    def _run(self, command: list[str], where: Path, *, show: bool = False) -> None:
        environment = os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"}
        out, err = (None, None) if show else (subprocess.PIPE, subprocess.STDOUT)
        done = subprocess.run(command, cwd=where, env=environment, text=True, check=False, stdout=out, stderr=err)
        if done.returncode:
            words = " ".join(command[2:])
            raise GraderError(
                f"`{words}` in {where} failed with exit code {done.returncode}:\n{(done.stdout or '')[-3000:]}"
            )


def play(checkout: Workspace, folder: Path, say: Callable[[str], None]) -> Path:
    """Runs the whole demonstration; returns a feedback page worth opening."""
    show = Play(checkout, folder)
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None, microsecond=0)
    due = now + datetime.timedelta(minutes=30)  # after the student who goes through the exchange has submitted
    say(f"a course for {len(CLASS)} students in {folder}: notebooks, release, roster")
    show.prepare_folder()
    show.make_course()
    say("images from the generator (64x64, normal and abnormal)")
    show.build_images()
    say(f"{CLASS[0].first_name} fetches and submits through nbgrader's exchange; the others through submitted/")
    show.exchange(show.assignments[0])
    show.set_deadline(due)
    for student in CLASS:
        for assignment in show.assignments:
            if not (student is CLASS[0] and assignment == show.assignments[0]):
                show.hand_in(student, assignment, due)
    say("grading in the sandbox")
    show.grade()
    say("survey answers into a pool without names")
    show.survey()
    say("feedback pages")
    return show.feedback()
