"""Images as PNG: single files and contact sheets.  Needs Pillow."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from autograder.files import replacing

CLASS_NAMES = ("normal", "abnormal")
PNG_SUMS = "png/SHA256SUMS"


def write_png(image: np.ndarray, path: Path) -> None:
    """Writes one ``(h, w)`` uint8 image, whole or not at all."""
    from PIL import Image

    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as stream:
        Image.fromarray(np.asarray(image)).save(stream, format="PNG")


def tile(images: np.ndarray, columns: int = 16) -> np.ndarray:
    """Lays ``(n, h, w)`` uint8 images out as one grid, row by row."""
    count, height, width = images.shape
    rows = -(-count // columns)
    grid = np.zeros((rows * columns, height, width), np.uint8)
    grid[:count] = images
    return grid.reshape(rows, columns, height, width).swapaxes(1, 2).reshape(rows * height, columns * width)


def write_sheet(images: np.ndarray, path: Path, columns: int = 16) -> None:
    """Writes ``(n, h, w)`` uint8 images as one PNG grid, row by row."""
    write_png(tile(images, columns), path)


def class_sheet(images: np.ndarray, labels: np.ndarray, per_class: int = 32) -> np.ndarray:
    """The first images of each class as one grid, normal above abnormal."""
    columns = min(16, max(1, per_class))
    grids = [tile(images[np.flatnonzero(labels == label)[:per_class]], columns) for label in (0, 1)]
    return np.concatenate(grids)


def write_split_pngs(folder: Path, split: str, images: np.ndarray, labels: np.ndarray) -> str:
    """Writes ``png/<split>/<class>/<index>.png`` for every image.

    Returns:
        Their lines for ``SHA256SUMS``.
    """
    lines = []
    for index, (image, label) in enumerate(zip(images, labels, strict=True)):
        name = f"{split}/{CLASS_NAMES[int(label)]}/{index:06d}.png"
        path = folder / "png" / name
        write_png(image, path)
        lines.append(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {name}\n")
    return "".join(lines)
