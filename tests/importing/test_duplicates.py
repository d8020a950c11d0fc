"""Copies are found, and nothing else, against comparing all pairs one by one."""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

from autograder.importing import duplicates
from autograder.importing.duplicates import find_copies, fingerprint, join
from tests.importing.makers import picture


def thumbnails_of(images) -> np.ndarray:
    """The 32 x 32 versions, by block means."""
    return np.stack([np.rint(i.reshape(32, 2, 32, 2).mean(axis=(1, 3))).astype(np.uint8).ravel() for i in images])


def test_equal_and_nearly_equal_images_are_copies_of_the_first():
    """Saved as JPEG once more, an image is found again; others are not."""
    images = [picture(n, 64, 64) for n in range(6)]
    buffer = io.BytesIO()
    Image.fromarray(images[1]).save(buffer, "JPEG", quality=60)
    images += [images[4], np.asarray(Image.open(buffer))]
    roots = find_copies([fingerprint(i) for i in images], thumbnails_of(images))
    assert roots.tolist() == [0, 1, 2, 3, 4, 5, 4, 1]


def test_blocks_find_what_all_pairs_find(monkeypatch):
    """Block by block and pair by pair agree, at every distance around the limit."""
    rng = np.random.default_rng(3)
    base = rng.integers(40, 200, (30, 1024))
    noise = [rng.normal(0, scale, (30, 1024)) for scale in (0, 1.9, 2.0, 2.1, 3)]
    thumbs = np.concatenate([base + n for n in noise]).round().clip(0, 255).astype(np.uint8)
    thumbs = thumbs[rng.permutation(len(thumbs))]
    exact = np.sqrt(((thumbs[:, None].astype(float) - thumbs[None]) ** 2).mean(axis=2)) <= 2.0
    expected = np.arange(len(thumbs))
    for _ in range(len(thumbs)):  # copies of copies
        expected = np.array([expected[row].min() for row in exact])
    monkeypatch.setattr(duplicates, "BLOCK", 7)
    found = find_copies([bytes(t) for t in thumbs], thumbs)
    assert np.array_equal(found, expected) and 30 < len(set(found.tolist())) < len(thumbs)


def test_faint_images_are_not_copies_of_each_other():
    """Images with hardly any contrast differ only a little."""
    rng = np.random.default_rng(4)
    faint = (100 + rng.integers(0, 3, (20, 1024))).astype(np.uint8)
    flat = np.full((2, 1024), 50, np.uint8)
    thumbs = np.concatenate([faint, flat])
    assert np.array_equal(find_copies([bytes([n]) for n in range(22)], thumbs), np.arange(22))


def test_join_merges_chains():
    """Links in any order end at the lowest member."""
    roots = join(np.arange(8), np.array([6, 4, 2, 7]), np.array([4, 2, 1, 5]))
    assert roots.tolist() == [0, 1, 1, 3, 1, 5, 1, 5]


def test_there_may_be_no_images():
    """An empty set has no copies."""
    assert len(find_copies([], np.zeros((0, 1024), np.uint8))) == 0
