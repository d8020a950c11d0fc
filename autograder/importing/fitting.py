"""From an image of any proportions to a small square.

Shrinking averages areas exactly, as the package does for the real images that its generator learns from; enlarging
interpolates linearly.  Both work on floating-point numbers and round once, at the end, so that 16-bit images do not
show bands.
"""

from __future__ import annotations

import numpy as np

BLACK = 0.0


def fit(pixels: np.ndarray, size: int, how: str) -> np.ndarray:
    """A square version of an image.

    Args:
        pixels: ``(h, w)`` float32 from 0 to 255.
        size: height and width wanted.
        how: "pad" keeps the proportions and adds black bars, as films have black margins; "crop" keeps them and
            takes the middle square; "stretch" changes them.

    Returns:
        ``(size, size)`` float32 from 0 to 255.
    """
    if how == "crop":
        pixels = _middle_square(pixels)
    height, width = content_shape(pixels.shape, size, how)
    small = np.clip(_resized(_resized(pixels, height).T, width).T, 0, 255)
    square = np.full((size, size), BLACK, np.float32)
    top, left = (size - height) // 2, (size - width) // 2
    square[top : top + height, left : left + width] = small
    return square


def content_shape(shape: tuple[int, ...], size: int, how: str) -> tuple[int, int]:
    """Height and width of what the image itself fills of the square."""
    if how != "pad":
        return size, size
    longer = max(shape)
    height, width = (max(1, round(side * size / longer)) for side in shape)
    return height, width


def is_enlarged(shape: tuple[int, ...], size: int, how: str) -> bool:
    """Whether the square shows more pixels than the source has, along either side."""
    longer, shorter = max(shape), min(shape)
    return (longer if how == "pad" else shorter) < size


def to_bytes(square: np.ndarray) -> np.ndarray:
    """Rounds grey levels to uint8."""
    return np.asarray(np.rint(square), np.uint8)


def _middle_square(pixels: np.ndarray) -> np.ndarray:
    side = min(pixels.shape)
    top, left = ((length - side) // 2 for length in pixels.shape)
    return pixels[top : top + side, left : left + side]


def _resized(pixels: np.ndarray, target: int) -> np.ndarray:
    """``(n, m)`` to ``(target, m)`` float64."""
    return _averaged(pixels, target) if target <= len(pixels) else _interpolated(pixels, target)


def _averaged(pixels: np.ndarray, target: int) -> np.ndarray:
    """Means of strips of equal height, by differences of running sums; a pixel on an edge counts in part."""
    source = len(pixels)
    sums = np.zeros((source + 1, pixels.shape[1]))
    np.cumsum(pixels, axis=0, dtype=np.float64, out=sums[1:])
    edges = np.linspace(0, source, target + 1)
    whole = np.minimum(edges.astype(np.int64), source - 1)
    at_edges = sums[whole] + (edges - whole)[:, None] * pixels[whole]
    return np.asarray(np.diff(at_edges, axis=0) * (target / source))


def _interpolated(pixels: np.ndarray, target: int) -> np.ndarray:
    source = len(pixels)
    at = np.clip((np.arange(target) + 0.5) * source / target - 0.5, 0, source - 1)
    before = np.minimum(at.astype(np.int64), max(source - 2, 0))
    after = np.minimum(before + 1, source - 1)
    share = (at - before)[:, None]
    return np.asarray(pixels[before] * (1 - share) + pixels[after] * share)
