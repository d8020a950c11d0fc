"""From any proportions to a square."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.importing.examination import fit, is_enlarged, to_bytes
from tests.importing.makers import picture


def test_shrinking_averages_areas():
    """Whole factors give the means of blocks."""
    image = np.random.default_rng(1).uniform(0, 255, (24, 24)).astype(np.float32)
    blocks = image.reshape(8, 3, 8, 3).mean(axis=(1, 3))
    np.testing.assert_allclose(fit(image, 8, "pad"), blocks, rtol=1e-5)


def test_fractions_of_pixels_count_as_such():
    """Three pixels into two: each gets one whole and half of the middle one."""
    image = np.tile(np.array([0, 90, 240], np.float32), (3, 1))
    np.testing.assert_allclose(fit(image, 2, "stretch"), [[30, 190]] * 2, rtol=1e-5)


def test_pad_keeps_proportions_and_adds_black():
    """A wide image lies between black bars above and below."""
    square = fit(np.full((10, 40), 200, np.float32), 16, "pad")
    assert square[6:10].min() > 199.9 and square[:6].max() == 0 and square[10:].max() == 0


def test_crop_takes_the_middle():
    """What sticks out on the sides goes."""
    image = np.zeros((8, 16), np.float32)
    image[:, 4:12] = 100
    assert fit(image, 8, "crop").min() > 99.9


def test_stretch_fills_the_square():
    """Proportions change, nothing is added or lost."""
    image = picture(1, 16, 32).astype(np.float32)
    assert fit(image, 16, "stretch").mean() == pytest.approx(image.mean(), rel=1e-4)


def test_enlarging_interpolates_and_is_noticed():
    """Between two pixels lie their means; nothing overshoots."""
    image = np.array([[0, 100], [0, 100]], np.float32)
    np.testing.assert_allclose(fit(image, 4, "pad"), [[0, 25, 75, 100]] * 4, atol=1e-4)
    assert is_enlarged((2, 2), 4, "pad") and not is_enlarged((2, 4), 4, "pad") and is_enlarged((2, 4), 4, "crop")


@pytest.mark.parametrize("how", ["pad", "crop", "stretch"])
@pytest.mark.parametrize("shape", [(1, 500), (500, 1), (7, 9), (64, 64), (65, 63)])
def test_every_shape_fits(shape, how):
    """Also extreme proportions give a square within the greys."""
    image = np.random.default_rng(2).uniform(0, 255, shape).astype(np.float32)
    square = to_bytes(fit(image, 64, how))
    assert square.shape == (64, 64) and square.dtype == np.uint8 and square.max() > 0
