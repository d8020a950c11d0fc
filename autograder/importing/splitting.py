"""Dealing images to splits: by patient, in equal shares of both classes, the same for the same seed."""

from __future__ import annotations

import hashlib

import numpy as np

from autograder.errors import UsageError


def deal(labels: np.ndarray, groups: np.ndarray, shares: dict[str, float], seed: str) -> np.ndarray:
    """Deals images to splits so that a group is never torn apart.

    Large groups go first; each goes where it brings the counts of both classes closest to what was asked for (in
    squares, relative to the split's size).  Groups of one image thus come out exactly, rounding aside.

    Args:
        labels: ``(n,)`` 0 normal, 1 abnormal.
        groups: ``(n,)`` integers, equal for images that have to stay together (of one patient).
        shares: percentages of the splits, adding up to 100.
        seed: decides among equals.

    Returns:
        ``(n,)`` int64, for each image the position of its split in ``shares``.

    Raises:
        UsageError: there are too few images or patients of a class for every split to get some.
    """
    wanted = _wanted(labels, shares)
    members, sizes = _sizes(labels, groups)
    missing = wanted.astype(np.float64)
    chosen = np.zeros(len(sizes), np.int64)
    shuffled = rng_of(seed, "deal").permutation(len(sizes))
    for group in shuffled[np.argsort(-sizes[shuffled].sum(axis=1), kind="stable")]:
        gain = np.sum(sizes[group] * (2.0 * missing - sizes[group]) / wanted, axis=1)
        chosen[group] = int(np.argmax(gain))
        missing[chosen[group]] -= sizes[group]
    _fill_empty(chosen, sizes, tuple(shares))
    return np.asarray(chosen[members])


def rng_of(seed: int | str, purpose: str) -> np.random.Generator:
    """Random numbers for one purpose of an import."""
    digest = hashlib.sha256(f"cxr-autograder import/{seed}/{purpose}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


def _wanted(labels: np.ndarray, shares: dict[str, float]) -> np.ndarray:
    """``(splits, 2)`` images of each class, whole numbers that add up (largest remainders)."""
    wanted = np.zeros((len(shares), 2), np.int64)
    for label, name in enumerate(("normal", "abnormal")):
        total = int(np.sum(labels == label))
        ideal = np.array(list(shares.values())) * total / 100.0
        whole = np.floor(ideal + 1e-9).astype(np.int64)
        for split in np.argsort(whole - ideal, kind="stable")[: total - int(whole.sum())]:
            whole[split] += 1
        if whole.min() < 1:
            counts = ", ".join(f"{split} {count}" for split, count in zip(shares, whole.tolist(), strict=True))
            raise UsageError(
                f"{total} {name} images are too few for the splits ({counts}); bring more of them, or change --split "
                "or --hidden"
            )
        wanted[:, label] = whole
    return wanted


def _sizes(labels: np.ndarray, groups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Which group each image is in, counted from 0, and ``(groups, 2)`` images of each class."""
    _, members = np.unique(groups, return_inverse=True)
    sizes = np.zeros((int(members.max()) + 1, 2), np.int64)
    np.add.at(sizes, (members, labels), 1)
    return members, sizes


def _fill_empty(chosen: np.ndarray, sizes: np.ndarray, splits: tuple[str, ...]) -> None:
    """Gives each split that lacks a class the smallest group that another split can spare."""
    for _ in range(4 * len(splits)):
        counts = np.array([sizes[chosen == split].sum(axis=0) for split in range(len(splits))])
        empty = np.argwhere(counts == 0)
        if not len(empty):
            return
        split, label = empty[0]
        spare = [
            group
            for group in np.flatnonzero(sizes[:, label])
            if np.all((counts[chosen[group]] > sizes[group]) | (sizes[group] == 0))
        ]
        if not spare:
            raise UsageError(
                f"the images come from too few patients: none with {('normal', 'abnormal')[label]} images is left for "
                f"{splits[split]}, as a patient is never in two splits. Bring images of more patients; or, if the "
                "header's PatientID is not the patient's, say with --patient-pattern what is (with '(.+)' every file "
                "is a patient of its own)"
            )
        chosen[min(spare, key=lambda group: int(sizes[group].sum()))] = split
