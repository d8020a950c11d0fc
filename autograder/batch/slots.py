"""Grades many submissions on warm slots, each a process of a local Dask cluster.

Theory of operation.  A slot is one trusted process with one ``Engine`` and so one sandboxed worker
host, kept warm from submission to submission.  A grade depends only on the submission, the tests and
the course's secret, not on the slot or the order.  The slot puts a finished report into the report store at once, so
that an interrupted batch can go on where it stopped, whatever becomes of the process that waits for it.  The slots end
after the last result has been taken; how they end changes nothing.
"""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.batch.memory import bound_memory
from autograder.errors import DeviceLost, UsageError
from autograder.model import Report, Submission, SubmissionOutcome
from autograder.reports.store import ReportStore
from autograder.sandbox.devices import Lease

if TYPE_CHECKING:
    from distributed import Client, LocalCluster, Worker
    from distributed.client import Future

    from autograder.grading.engine import Engine

BYTES_PER_SLOT = 3 * 1024**3  # TensorFlow on the trusted side and in the worker, and a student's training run
TRIES = 3  # of a submission whose slot was lost
CLOSE_S = 30.0  # for the slots to end; they are killed after it
_log = logging.getLogger("autograder")


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


@dataclass(frozen=True)
class SlotSettings:
    """The settings of a slot.

    Attributes:
        root: a course or a checkout; each slot finds its workspace there.
        assignment_id: the assignment that all submissions answer.
        sandbox: name of the backend, or None for the first that works.
        profile: overrides the course's profile.
        training: whether to run the items that need a training run.
        threads: threads of a slot's worker.
        reports: where finished reports go at once; None to keep none.
        leases: one for each slot; empty where it uses no graphics processor.
    """

    root: Path
    assignment_id: str
    sandbox: str | None = None
    profile: str | None = None
    training: bool = True
    threads: int = 1
    reports: Path | None = None
    leases: tuple[Lease, ...] = ()

    def make_engine(self, number: int = 0) -> Engine:
        """A warm engine, to be closed by its owner.

        Args:
            number: of the slot; it decides which lease is used.

        Raises:
            AutograderError: no sandbox can be used, or the course is faulty.
        """
        from autograder.dataset.course import CourseData
        from autograder.grading.engine import Engine, Options
        from autograder.sandbox import choose_backend
        from autograder.workspace import find_workspace

        workspace = find_workspace(self.root, profile=self.profile)
        lease = self.leases[number] if self.leases else None
        options = Options(training=self.training, threads=self.threads, lease=lease)
        backend = choose_backend(self.sandbox)
        return Engine(workspace, self.assignment_id, backend, options, course_data=CourseData(workspace))


@dataclass(frozen=True)
class LostSlot:
    """In place of a report: the slot's graphics processor is lost.  ``address`` is the process's in the cluster."""

    address: str
    why: str


class EngineSlot:
    """A slot's engine, made for its first submission.  Dask keeps one in each process (a worker plugin)."""

    name = "engine-slot"

    def __init__(self, settings: SlotSettings):
        self.settings = settings
        self._engine: Engine | None = None
        self._number = 0
        self._lost: DeviceLost | None = None
        self._unbind: Callable[[], None] | None = None

    def setup(self, worker: Worker) -> None:
        """Dask calls it when the process has started; the engine comes later, so that its faults have a submission."""
        self._number = int(str(worker.name))  # a process that takes the place of another has its name

    def teardown(self, worker: Worker) -> None:
        """Dask calls it when the process is to end."""
        self.close()

    def grade(self, submission: Submission) -> Report:
        """Grades on the warm engine, and keeps the report.

        Raises:
            DeviceLost: the slot's graphics processor is lost: now, or since an earlier submission.
        """
        if self._lost:
            raise self._lost
        if self._engine is None:
            self._engine = self.settings.make_engine(self._number)
            self._unbind = bound_memory(tensorflow="tensorflow" in self._engine.assignment.packages)
        try:
            report = self._engine.grade(submission)
        except DeviceLost as lost:
            self._lost = lost
            self.close()
            raise
        if self.settings.reports is not None and report.outcome is SubmissionOutcome.GRADED:
            ReportStore(self.settings.reports).put(report)
        return report

    def close(self) -> None:
        """Ends the engine and its worker host."""
        engine, self._engine = self._engine, None
        if engine:
            engine.close()
        unbind, self._unbind = self._unbind, None
        if unbind:
            unbind()


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
    reports: Path | None = None,
    leases: Sequence[Lease] = (),
) -> Generator[BatchResult, None, None]:
    """Grades every job, and yields each result when it is finished.

    Args:
        root, assignment_id, sandbox, profile, training, reports, leases: see ``SlotSettings``.
        jobs: the submissions, in the order in which they are begun.
        slots: submissions at a time; no more than there are leases, if any.

    Raises:
        UsageError: ``slots`` is below 1.
    """
    if slots < 1:
        raise UsageError(f"wanted at least 1 worker, got {slots}")
    if not jobs:
        return
    slots = min(slots, len(jobs), len(leases) or slots)
    threads = max(1, (os.cpu_count() or 1) // slots)
    settings = SlotSettings(root, assignment_id, sandbox, profile, training, threads, reports, tuple(leases))
    if slots > 1:
        yield from _on_cluster(settings, jobs, slots)
        return
    slot = EngineSlot(settings)
    try:
        for job in jobs:
            try:
                report = slot.grade(job.submission)
            except DeviceLost as lost:
                report = _no_report(job, settings.assignment_id, str(lost))
            yield BatchResult(job, report)
    finally:
        slot.close()


def _on_cluster(settings: SlotSettings, jobs: list[Job], slots: int) -> Iterator[BatchResult]:
    """One process per slot.  They talk over TLS with throw-away keys, since others use the same server."""
    from dask import config
    from distributed import Client, LocalCluster
    from distributed.security import Security

    quiet = {
        "distributed.scheduler.http.routes": [],
        "distributed.worker.http.routes": [],
        "distributed.worker.memory.terminate": False,
        "distributed.worker.memory.pause": False,
    }
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # _results reports lost slots
    with config.set(quiet):
        cluster = LocalCluster(
            n_workers=slots, threads_per_worker=1, processes=True, host="127.0.0.1", protocol="tls",
            security=Security.temporary(), dashboard_address="127.0.0.1:0", silence_logs=logging.CRITICAL,
        )  # fmt: skip
        client = Client(cluster)
        try:
            yield from _results(client, settings, jobs)
        finally:
            _end(client, cluster)


def _results(client: Client, settings: SlotSettings, jobs: list[Job]) -> Iterator[BatchResult]:
    from distributed import as_completed

    client.register_plugin(_plugin(settings), name=EngineSlot.name)
    job_of: dict[Future, Job] = {}
    tries: Counter[str] = Counter()

    def submit(job: Job) -> Future:
        tries[job.student] += 1
        future = client.submit(
            _grade_in_slot, job.submission, key=f"grade-{job.student}-{tries[job.student]}", retries=TRIES - 1,
            pure=False, priority=-len(job_of),
        )  # fmt: skip
        job_of[future] = job
        return future

    completed = as_completed([submit(job) for job in jobs])
    retired: set[str] = set()
    for future in completed:
        job = job_of[future]
        try:
            report: Report | LostSlot = future.result()
        except Exception as error:  # the slot's process died, or its engine could not be made
            report = _no_report(job, settings.assignment_id, str(error))
            if retired and tries[job.student] < TRIES:  # its result may have gone with a slot that was taken out
                completed.add(submit(job))
                continue
        if isinstance(report, LostSlot):
            if _retire(client, report, retired):
                completed.add(submit(job))
                continue
            report = _no_report(job, settings.assignment_id, report.why)
        yield BatchResult(job, report)


def _retire(client: Client, lost: LostSlot, retired: set[str]) -> int:
    """Takes a slot out of the batch, once; how many are left."""
    left = len(set(client.scheduler_info()["workers"]) - retired - {lost.address})
    if left and lost.address not in retired:
        retired.add(lost.address)
        _log.warning("a slot is lost, and %d go on without it: %s", left, lost.why)
        client.retire_workers([lost.address], close_workers=True)
    return left


def _end(client: Client, cluster: LocalCluster) -> None:
    """Ends the slots.  All results are in: what fails here (a slow process raises ``TimeoutError``) is only told."""
    for each in (client, cluster):
        try:
            each.close(timeout=CLOSE_S)
        except Exception as error:
            _log.warning(
                "the slots ended badly, which changes no result: %s", f"{type(error).__name__} {error}".strip()
            )


def _plugin(settings: SlotSettings) -> EngineSlot:
    from distributed import WorkerPlugin

    class Plugin(EngineSlot, WorkerPlugin):  # type: ignore[misc]  # Dask is imported only when a cluster is needed
        pass

    return Plugin(settings)


def _grade_in_slot(submission: Submission) -> Report | LostSlot:
    """Runs in a slot's process."""
    from distributed import get_worker

    worker = get_worker()
    slot: EngineSlot = worker.plugins[EngineSlot.name]
    try:
        return slot.grade(submission)
    except DeviceLost as lost:
        return LostSlot(worker.address, str(lost))


def _no_report(job: Job, assignment_id: str, why: str) -> Report:
    return Report(
        key="0" * 64, assignment=assignment_id, label=job.submission.label, outcome=SubmissionOutcome.GRADER_ERROR,
        score=0.0, max_score=0.0, items=(), notes=(f"the slot was lost: {why}",),
    )  # fmt: skip
