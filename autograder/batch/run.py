"""Grades many submissions on warm slots, each a process of a local Dask cluster.

Theory of operation.  A slot is one trusted process with one ``Engine`` and so one sandboxed worker
host, kept warm from submission to submission.  A grade depends on the submission, the tests and the
course's secret alone, so it does not matter which slot gives it or in which order.  A finished report
goes to the report store at once: an interrupted batch goes on where it stopped.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.errors import UsageError
from autograder.model import Report, Submission, SubmissionOutcome

BYTES_PER_SLOT = 3 * 1024**3  # a TensorFlow on each side of the wall, and a student's training run


@dataclass(frozen=True)
class Job:
    """One submission to grade; ``student`` is its owner's id."""

    student: str
    submission: Submission


@dataclass(frozen=True)
class BatchResult:
    """A job and its report."""

    job: Job
    report: Report


def default_slots() -> int:
    """As many slots as cores and memory allow, at least one."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else BYTES_PER_SLOT
    return max(1, min(os.cpu_count() or 1, memory // BYTES_PER_SLOT))


def grade_all(
    root: Path,
    assignment_id: str,
    jobs: list[Job],
    *,
    slots: int,
    sandbox: str | None = None,
    profile: str | None = None,
    training: bool = True,
) -> Iterator[BatchResult]:
    """Grades every job, and yields results as they are finished.

    Args:
        root: a course or a checkout; each slot finds its workspace there.
        assignment_id: the assignment that all jobs answer.
        jobs: the submissions.
        slots: how many at a time.
        sandbox: name of the backend, or None for the best that works.
        profile: overrides the course's profile.
        training: whether to run the items that need a training run.

    Raises:
        UsageError: ``slots`` is below 1.
    """
    if slots < 1:
        raise UsageError(f"wanted at least 1 worker, got {slots}")
    if not jobs:
        return
    slots = min(slots, len(jobs))
    setting = (str(root), assignment_id, sandbox, profile, training, max(1, (os.cpu_count() or 1) // slots))
    if slots == 1:
        try:
            for job in jobs:
                yield BatchResult(job, _grade(setting, job.submission))
        finally:
            _close_slot()
        return
    yield from _on_cluster(setting, jobs, slots)


def _on_cluster(setting: tuple[Any, ...], jobs: list[Job], slots: int) -> Iterator[BatchResult]:
    """One process per slot.  They talk over TLS with throw-away keys: others use the same server."""
    from dask import config
    from distributed import Client, LocalCluster, as_completed
    from distributed.security import Security

    quiet = {
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
        "distributed.worker.memory.terminate": False,
        "distributed.worker.memory.pause": False,
    }
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # lost slots are reported by us, in _result
    with config.set(quiet):
        cluster = LocalCluster(
            n_workers=slots, threads_per_worker=1, processes=True, host="127.0.0.1", protocol="tls",
            security=Security.temporary(), dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL,
        )  # fmt: skip
        with cluster, Client(cluster) as client:
            owners = {}
            for job in jobs:
                future = client.submit(
                    _grade_json, setting, job.submission, key=f"grade-{job.student}", retries=2, pure=False
                )
                owners[future.key] = (job, future)
            for future in as_completed([future for _, future in owners.values()]):
                job = owners[future.key][0]
                yield BatchResult(job, _result(future, job, setting[1]))


def _result(future: Any, job: Job, assignment_id: str) -> Report:
    try:
        return Report.from_json(future.result())
    except Exception as error:  # the slot's process died, or its engine could not be made
        return Report(
            key="0" * 64, assignment=assignment_id, label=job.submission.label, outcome=SubmissionOutcome.GRADER_ERROR,
            score=0.0, max_score=0.0, items=(), notes=(f"the slot was lost: {error}",),
        )  # fmt: skip


# The engine of this process; a slot grades one assignment with one setting.
_slot: dict[tuple[Any, ...], Any] = {}


def _grade_json(setting: tuple[Any, ...], submission: Submission) -> dict[str, Any]:
    return _grade(setting, submission).to_json()


def _grade(setting: tuple[Any, ...], submission: Submission) -> Report:
    if setting not in _slot:
        _close_slot()
        _slot[setting] = _make_engine(*setting)
    report: Report = _slot[setting].grade(submission)
    return report


def _close_slot() -> None:
    while _slot:
        _slot.popitem()[1].close()


def _make_engine(
    root: str, assignment_id: str, sandbox: str | None, profile: str | None, training: bool, threads: int
) -> Any:
    import atexit

    from autograder.data.course import CourseData
    from autograder.grading.engine import Engine, Options
    from autograder.sandbox import choose_backend
    from autograder.workspace import find_workspace

    workspace = find_workspace(Path(root), profile=profile)
    options = Options(training=training, threads=threads)
    engine = Engine(workspace, assignment_id, choose_backend(sandbox), options, course_data=CourseData(workspace))
    atexit.register(engine.close)
    return engine
