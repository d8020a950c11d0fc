"""Slots with leases: who trains where, what is refused before it begins, and a graphics processor that is lost."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from autograder.batch.slots import Job, grade_all
from autograder.errors import UsageError
from autograder.model import SubmissionOutcome
from autograder.sandbox import devices
from autograder.sandbox.devices import Gpu, GpuRequest, grant
from tests.grading.conftest import REFERENCE, submission, write_course
from tests.played_driver import library, played
from tests.profiles import make_profile

__all__ = ["library"]  # a fixture
STUDENTS = ("ana", "ben", "chloe", "dmitri")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny course as a checkout."""
    return write_course(tmp_path_factory.mktemp("leases"))


def jobs() -> list[Job]:
    return [Job(student, submission(f"{REFERENCE}\n# {student}", student)) for student in STUDENTS]


def test_a_report_names_the_device(course: Path, library: str) -> None:
    """Its name, the driver, CUDA, and the precision; without a lease nothing."""
    (result,) = grade_all(course, "tiny", jobs()[:1], slots=1, leases=[played(library)])
    assert result.report.outcome is SubmissionOutcome.GRADED
    assert result.report.device.startswith("Fake GPU, driver ") and ", CUDA 12.8, " in result.report.device
    assert result.report.device.endswith(", float32")
    (result,) = grade_all(course, "tiny", jobs()[:1], slots=1)
    assert result.report.device == ""


def test_a_lost_gpu_takes_its_slot_out_and_the_rest_goes_on(
    course: Path, library: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Everybody is graded, on the one that works; what is lost is said."""
    leases = [played(library, "0 (broken)", FAKE_CUDA_FAULT="cuMemAlloc_v2=2"), played(library, "1 (good)")]
    with caplog.at_level(logging.WARNING, "autograder"):
        results = list(grade_all(course, "tiny", jobs(), slots=2, leases=leases))
    assert sorted(result.job.student for result in results) == sorted(STUDENTS)
    assert {(result.report.outcome, *result.report.notes) for result in results} == {(SubmissionOutcome.GRADED,)}
    assert "1 go on without it: GPU 0 (broken): allocate: cuMemAlloc_v2" in caplog.text


def test_what_is_left_without_a_gpu_stays_ungraded(course: Path, library: str, tmp_path: Path) -> None:
    """The last one is lost between two submissions: what was finished is kept, and nobody gets a grade for it."""
    lost = Path(library).with_name("lost")
    outcomes = []
    try:
        for result in grade_all(course, "tiny", jobs(), slots=1, leases=[played(library, FAKE_CUDA_LOST=str(lost))]):
            outcomes.append((result.report.outcome, *result.report.notes))
            lost.touch()
    finally:
        lost.unlink(missing_ok=True)
    assert outcomes[0] == (SubmissionOutcome.GRADED,)
    for outcome, note in outcomes[1:]:
        assert outcome is SubmissionOutcome.GRADER_ERROR
        assert note.startswith("the slot was lost: GPU 0 (stand-in): start CUDA") and "dmesg" in note


def test_no_more_slots_than_leases(course: Path, library: str) -> None:
    """Four submissions at a time were asked for, one graphics processor is there."""
    results = grade_all(course, "tiny", jobs(), slots=4, leases=[played(library)])
    assert {result.report.device[:8] for result in results} == {"Fake GPU"}


def test_a_profile_that_wants_a_gpu_gets_one_or_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It never trains for hours on the processor by mistake; --gpus overrides, in both directions."""
    monkeypatch.setattr(devices, "_is_device", lambda path: True)
    gpu, cpu = make_profile(device="gpu"), make_profile()
    assert grant(GpuRequest(), cpu, root=tmp_path) == []
    with pytest.raises(UsageError, match=r"this machine shows none.*`--gpus none`"):
        grant(GpuRequest(), gpu, root=tmp_path)
    assert grant(GpuRequest("none"), gpu, root=tmp_path) == []
    (tmp_path / "dev").mkdir()
    for number in range(2):
        (tmp_path / "dev" / f"nvidia{number}").touch()
    assert [lease.gpu for lease in grant(GpuRequest(), gpu, root=tmp_path)] == ["0 (GPU)", "1 (GPU)"]
    assert grant(GpuRequest(), cpu, root=tmp_path) == []
    assert [lease.gpu for lease in grant(GpuRequest("1", 2), cpu, root=tmp_path)] == ["1 (GPU)"] * 2
    assert len(grant(GpuRequest(None, 3), gpu, slots=5, root=tmp_path)) == 5
    assert devices.find_gpus(tmp_path) == [Gpu(0), Gpu(1)]
