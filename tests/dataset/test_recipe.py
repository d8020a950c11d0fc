"""The random draws behind a data set."""

from __future__ import annotations

import json

import numpy as np
import pytest

from autograder.dataset.recipe import (
    Recipe,
    draw_batch,
    draw_labels,
    hidden_key,
    public_key,
    secret_check,
    split_counts,
)
from autograder.errors import UsageError


@pytest.mark.parametrize("per_class", [5, 7, 8, 101, 10000])
def test_split_counts_add_up(per_class):
    """No image is lost or made up by rounding."""
    assert sum(split_counts(per_class).values()) == per_class


def test_the_course_is_split_60_20_20():
    """10,000 images of a class become 6,000, 2,000 and 2,000."""
    assert split_counts(10000) == {"train": 6000, "validation": 2000, "test": 2000}


@pytest.mark.parametrize("percent", [(60, 20), (60, 20, 30), (100, 0, 0), (120, -10, -10), (50, 20, 20, 10)])
def test_impossible_splits_are_refused(percent):
    """Shares have to be three, positive, and add up to 100."""
    with pytest.raises(UsageError, match="100"):
        split_counts(100, percent)


def test_an_empty_split_is_refused():
    """Too few images for three splits is an error, not an empty file."""
    with pytest.raises(UsageError, match="empty"):
        split_counts(1)


def test_labels_are_balanced_and_mixed():
    """Each split has as many normal as abnormal images, in random order."""
    labels = draw_labels(Recipe(8, {"train": 500}, 1, ""), public_key(1), "train")
    assert labels.sum() == 500 and len(labels) == 1000
    assert 350 < np.count_nonzero(np.diff(labels)) < 650


def test_a_batch_depends_on_key_split_and_number_alone():
    """Any batch can be drawn again on its own, and no two are alike."""
    recipe, labels = Recipe(8, {"train": 8, "test": 8}, 1, "", batch_size=4), np.array([0, 1, 1, 0])

    def latent(key, split, number):
        return draw_batch(recipe, key, split, number, labels, 3)[0].tobytes()

    first = latent(public_key(1), "train", 2)
    assert first == latent(public_key(1), "train", 2)
    others = [(public_key(2), "train", 2), (public_key(1), "test", 2), (public_key(1), "train", 3)]
    assert len({first, *(latent(*other) for other in others)}) == 4


def test_a_short_last_batch_is_filled_up():
    """The generator always sees whole batches."""
    latent, severity = draw_batch(Recipe(8, {"t": 3}, 1, "", batch_size=4), "k", "t", 1, np.array([1, 1]), 5)
    assert latent.shape == (4, 5) and severity.shape == (4, 1)
    assert latent.dtype == severity.dtype == np.float32


def test_severities_overlap_but_tell_the_classes_apart():
    """Abnormal images are mostly the more severe ones, with honest borderline cases."""
    recipe = Recipe(8, {"train": 4000}, 1, "", batch_size=8000)
    labels = draw_labels(recipe, "k", "train")
    severity = draw_batch(recipe, "k", "train", 0, labels, 2)[1][:, 0]
    normal, abnormal = severity[labels == 0], severity[labels == 1]
    assert normal.mean() < 0.35 < 0.65 < abnormal.mean()
    right_order = (abnormal[:, None] > normal).mean()
    assert 0.95 < right_order < 0.9999


def test_the_hidden_key_comes_from_the_secret():
    """Another secret gives another key, and neither manifest value gives it away."""
    one, other = b"a" * 32, b"b" * 32
    assert hidden_key(one) == hidden_key(one) != hidden_key(other)
    assert secret_check(one) != secret_check(other)
    assert secret_check(one) not in hidden_key(one)


def test_a_short_secret_is_refused():
    """A secret that can be guessed hides nothing."""
    with pytest.raises(UsageError, match="16 bytes"):
        hidden_key(b"short")


def test_recipes_survive_json():
    """A recipe read back from a manifest equals the one that was written."""
    data = Recipe(8, {"train": 3}, 1, "g").to_json()
    assert json.loads(json.dumps(data)) == data
    assert "secret_check" not in data
