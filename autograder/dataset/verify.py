"""Checks a copy of a data set against its manifest."""

from __future__ import annotations

import hashlib
from pathlib import Path

from autograder.dataset.png import PNG_SUMS
from autograder.dataset.store import FileRecord, files_of, read_manifest


def record_file(path: Path) -> FileRecord:
    """Size and SHA-256 of a file, read in pieces."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return FileRecord(path.stat().st_size, digest)


def verify_dataset(folder: Path) -> list[str]:
    """All differences between a data set and its manifest, in words.

    Raises:
        UsageError: the folder does not hold a data set.
    """
    manifest = read_manifest(folder)
    differences = []
    for name, wanted in manifest.files.items():
        differences += _compare(folder / name, name, wanted)
    if PNG_SUMS in manifest.files and not any(line.startswith(PNG_SUMS) for line in differences):
        differences += _verify_pngs(folder)
    for split in manifest.per_class:
        if not any(set(files_of(split, npz=npz)) <= set(manifest.files) for npz in (True, False)):
            differences.append(f"{split}: its files are not in the manifest")
    return differences


def _compare(path: Path, name: str, wanted: FileRecord) -> list[str]:
    if not path.is_file():
        return [f"{name}: missing"]
    if path.stat().st_size != wanted.bytes:
        return [f"{name}: {path.stat().st_size} bytes, the manifest says {wanted.bytes}"]
    got = record_file(path).sha256
    if got != wanted.sha256:
        return [f"{name}: contents differ (SHA-256 {got[:12]}…, the manifest says {wanted.sha256[:12]}…)"]
    return []


def _verify_pngs(folder: Path) -> list[str]:
    """Compares the PNG files with their own list, whose hash is in the manifest."""
    differences = []
    for line in (folder / PNG_SUMS).read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        path = folder / "png" / name
        if not path.is_file():
            differences.append(f"png/{name}: missing")
        elif record_file(path).sha256 != digest:
            differences.append(f"png/{name}: contents differ")
    return differences
