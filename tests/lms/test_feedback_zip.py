"""Pages go back in the layout in which the work came."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from autograder.lms.feedback_zip import place_of, write_feedback_zip


@pytest.mark.parametrize(
    ("origin", "place"),
    [
        ("kimminsu_LATE_12345_67890_activations-1.ipynb", "kimminsu_LATE_12345_67890_activations-1.html"),
        (
            "Minsu Kim_12345_assignsubmission_file_/activations.ipynb",
            "Minsu Kim_12345_assignsubmission_file_/activations.html",
        ),
        ("김민수_12345_assignsubmission_file_activations.py", "김민수_12345_assignsubmission_file_activations.html"),
        (
            "Activations_kim01_attempt_2026-11-20-17-32-00_activations.ipynb.txt",
            "Activations_kim01_attempt_2026-11-20-17-32-00_activations.html",
        ),
    ],
)
def test_a_page_belongs_where_the_work_was(origin: str, place: str) -> None:
    """With the ids by which the learning system knows whose it is."""
    assert place_of(origin) == place


def test_equal_pages_give_equal_files(tmp_path: Path) -> None:
    """Whole, and for their owner alone."""
    pages = {"b_2_2_x.ipynb": b"<p>b</p>", "a_1_1_x.ipynb": "<p>가</p>".encode()}
    write_feedback_zip(tmp_path / "one.zip", pages)
    write_feedback_zip(tmp_path / "two.zip", dict(reversed(pages.items())))
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert (tmp_path / "one.zip").stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "a_1_1_x.html": "<p>가</p>".encode(),
            "b_2_2_x.html": b"<p>b</p>",
        }
