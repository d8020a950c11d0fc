"""Finds copies of an image: the same pixels, or nearly the same, as after saving it again as JPEG.

Two images are nearly the same when their 32 x 32 versions differ by at most ``NEAR_RMS`` grey levels (root mean
square), and by at most ``NEAR_SHARE`` of their contrast: faint images are similar without being copies.

Pairs are compared block by block: images are sorted by mean grey, since means differ by no more than the root mean
square, and each block of rows is compared with the blocks within reach by one matrix product.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

THUMBNAIL = 32
NEAR_RMS = 2.0
NEAR_SHARE = 0.25
BLOCK = 2048
SLACK = 0.05  # for the rounding of the matrix product; pairs this close to the limit are computed again, exactly


def fingerprint(image: np.ndarray) -> bytes:
    """A hash that is equal for equal pixels."""
    return hashlib.blake2b(np.ascontiguousarray(image).tobytes(), digest_size=16).digest()


def find_copies(fingerprints: list[bytes], thumbnails: np.ndarray) -> np.ndarray:
    """For each image the first one that it is a copy of.

    Args:
        fingerprints: of the n images.
        thumbnails: ``(n, 1024)`` uint8, the images at 32 x 32.

    Returns:
        ``(n,)`` int64: the lowest index among its copies, copies of copies included; its own index if it is the first.
    """
    first: dict[bytes, int] = {}
    roots = np.array([first.setdefault(mark, n) for n, mark in enumerate(fingerprints)], np.int64)
    different = np.flatnonzero(roots == np.arange(len(roots)))
    pairs = list(_near_pairs(thumbnails, different))
    none = np.zeros(0, np.int64)
    left, right = (np.concatenate([none, *side]) for side in (zip(*pairs, strict=True) if pairs else ((), ())))
    return join(roots, left, right)


def join(roots: np.ndarray, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Merges groups; each is given by its lowest member.

    Args:
        roots: ``(n,)`` int64, the lowest member of each element's group.
        left: ``(k,)`` int64, one element of each pair that belongs together.
        right: ``(k,)`` int64, the other element of each pair.

    Returns:
        ``(n,)`` int64, the lowest members of the merged groups.
    """
    count = len(roots)
    rows, columns = np.concatenate([left, np.arange(count)]), np.concatenate([right, roots])
    links = coo_array((np.ones(len(rows), bool), (rows, columns)), shape=(count, count))
    groups = connected_components(links, directed=False)[1]
    lowest = np.full(count, count, np.int64)
    np.minimum.at(lowest, groups, np.arange(count))
    return np.asarray(lowest[groups])


def _near_pairs(thumbnails: np.ndarray, chosen: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    means = thumbnails.mean(axis=1, dtype=np.float64)[chosen]
    order = np.argsort(means, kind="stable")
    chosen, means = chosen[order], means[order]
    for start in range(0, len(chosen), BLOCK):
        rows = chosen[start : start + BLOCK]
        reach = int(np.searchsorted(means, means[start : start + BLOCK][-1] + NEAR_RMS, side="right"))
        for other in range(start, reach, BLOCK):
            columns = chosen[other : min(other + BLOCK, reach)]
            left, right = _near_in_block(thumbnails[rows], thumbnails[columns])
            yield rows[left], columns[right]


def _near_in_block(rows: np.ndarray, columns: np.ndarray) -> tuple[np.ndarray, ...]:
    """Which of the rows are near which of the columns, both ``(m, d)`` uint8."""
    a, b = (np.subtract(side, 128, dtype=np.float32) for side in (rows, columns))
    squares = [np.einsum("nd,nd->n", side, side) for side in (a, b)]
    distances = (squares[0][:, None] + squares[1][None, :] - 2.0 * (a @ b.T)) / a.shape[1]
    limits = np.minimum(_limits(a)[:, None], _limits(b)[None, :])
    limits[limits == 0] = -np.inf  # images without contrast cannot be told apart
    doubtful = np.abs(distances - limits) <= SLACK
    left, right = np.nonzero(doubtful)
    exact = np.concatenate([np.zeros(0), *_exact_distances(rows, columns, left, right)])
    near = distances <= limits
    near[left, right] = exact <= limits[left, right]
    return np.nonzero(near)


def _limits(side: np.ndarray) -> np.ndarray:
    """``(m,)`` largest mean squared difference at which a copy is assumed."""
    return np.asarray(np.minimum(NEAR_RMS, NEAR_SHARE * side.std(axis=1, dtype=np.float64)) ** 2)


def _exact_distances(
    rows: np.ndarray, columns: np.ndarray, left: np.ndarray, right: np.ndarray
) -> Iterator[np.ndarray]:
    for start in range(0, len(left), BLOCK):
        pairs = slice(start, start + BLOCK)
        difference = rows[left[pairs]].astype(np.float32) - columns[right[pairs]]
        yield np.asarray(np.mean(difference**2, axis=1, dtype=np.float64))
