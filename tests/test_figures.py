"""Figures have titles, labels and the right numbers in them; ROC points agree with scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from sklearn.metrics import roc_auc_score, roc_curve

from autograder import figures


@pytest.fixture
def axes():
    """Axes of a figure without a window."""
    return Figure().subplots()


def scores_of(seed, count=2000, digits=None):
    """Labels and scores of two overlapping classes; rounded, they have ties."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 2, count)
    scores = rng.normal(labels * 1.5, 1.0)
    return labels, scores if digits is None else np.round(scores, digits)


def legend_of(axes):
    """The texts of a legend."""
    return [text.get_text() for text in axes.get_legend().get_texts()]


def assert_named(axes, title):
    """Title and both labels are there."""
    assert axes.get_title() == title and axes.get_xlabel() and axes.get_ylabel()


@pytest.mark.parametrize("digits", [None, 1, 0])
@pytest.mark.parametrize("seed", range(5))
def test_roc_points_are_scikit_learns(seed, digits):
    """At every false positive rate the curve is scikit-learn's, linear between thresholds, ties or not."""
    labels, scores = scores_of(seed, digits=digits)
    fpr, tpr = figures.roc_points(labels, scores)
    wanted_fpr, wanted_tpr, _ = roc_curve(labels, scores, drop_intermediate=False)
    a_little_right = np.interp(fpr + 1e-7, wanted_fpr, wanted_tpr)  # the highest value where the curve is vertical
    np.testing.assert_allclose(tpr, a_little_right, atol=1e-5)
    np.testing.assert_array_equal(fpr, figures.ROC_GRID)


@pytest.mark.parametrize("seed", range(5))
def test_the_area_below_the_points_is_the_auc(seed):
    """To 2e-3, the precision of 101 points for a curve that bends before the second of them."""
    labels, scores = scores_of(seed)
    fpr, tpr = figures.roc_points(labels, scores)
    assert np.trapezoid(tpr, fpr) == pytest.approx(roc_auc_score(labels, scores), abs=2e-3)


@pytest.mark.parametrize(
    ("scores", "at_none", "at_half"), [([0, 0, 1, 1], 1.0, 1.0), ([1, 1, 0, 0], 0.0, 0.0), ([5, 5, 5, 5], 0.0, 0.5)]
)
def test_roc_points_of_the_extremes(scores, at_none, at_half):
    """All right, all wrong, and one answer to everything, which is the diagonal."""
    _, tpr = figures.roc_points([0, 0, 1, 1], scores)
    assert (tpr[0], tpr[50], tpr[100]) == (at_none, at_half, 1.0)


@pytest.mark.parametrize("labels", [[0, 0], [1, 1], [0, 2], []])
def test_roc_points_need_both_classes(labels):
    """Without a class its rate is undefined."""
    with pytest.raises(ValueError, match=r"needs normal \(0\) and abnormal \(1\)"):
        figures.roc_points(labels, np.zeros(len(labels)))


def test_losses_of_one_run(axes):
    """One history: training and validation against the epochs from 1 on, without a band."""
    figures.draw_losses(axes, {"ELU": {"loss": [0.6, 0.4], "val_loss": [0.65, 0.5]}}, "Losses")
    assert_named(axes, "Losses")
    assert legend_of(axes) == ["ELU", "chance, ln 2"]
    training, validation, chance = axes.get_lines()
    np.testing.assert_array_equal(training.get_xydata(), [[1, 0.6], [2, 0.4]])
    np.testing.assert_array_equal(validation.get_xydata(), [[1, 0.65], [2, 0.5]])
    assert (training.get_linestyle(), validation.get_linestyle()) == ("-", "--")
    assert chance.get_ydata()[0] == pytest.approx(0.6931, abs=1e-4)
    assert not axes.collections and axes.get_ylim()[0] == 0


def test_losses_of_several_seeds_of_unequal_length(axes):
    """At each epoch the mean is over the runs that reach it; the band is from the lowest to the highest."""
    runs = {"ELU": [{"loss": [0.6, 0.4, 0.2], "val_loss": [1.0, 1.0, 1.0]}, {"loss": [0.4], "val_loss": [2.0]}]}
    figures.draw_losses(axes, runs, "Losses")
    training, validation, _ = axes.get_lines()
    np.testing.assert_allclose(training.get_ydata(), [0.5, 0.4, 0.2])
    np.testing.assert_allclose(validation.get_ydata(), [1.5, 1.0, 1.0])
    band = axes.collections[0].get_paths()[0].vertices
    assert (band[:, 1].min(), band[:, 1].max()) == pytest.approx((0.2, 0.6))


def test_networks_have_colours_of_their_own(axes):
    """Both losses of a network have its colour; a name is in the legend once."""
    history = {"loss": [0.5, 0.4], "val_loss": [0.5, 0.4]}
    figures.draw_losses(axes, {"a": history, "b": [history, history]}, "Losses")
    colors = [line.get_color() for line in axes.get_lines()[:4]]
    assert colors == ["C0", "C0", "C1", "C1"] and legend_of(axes) == ["a", "b", "chance, ln 2"]


def test_validation_losses_alone(axes):
    """One line for each network."""
    history = {"loss": [0.5, 0.4], "val_loss": [0.6, 0.5]}
    figures.draw_validation_losses(axes, {"a": history, "b": [history, history]}, "Validation")
    assert_named(axes, "Validation")
    assert len(axes.get_lines()) == 3 and legend_of(axes) == ["a", "b", "chance, ln 2"]
    np.testing.assert_allclose(axes.get_lines()[0].get_ydata(), [0.6, 0.5])


def test_roc_curves(axes):
    """From (0, 0) to (1, 1); several seeds are their mean with a band; chance is there."""
    curves = {name: figures.roc_points(*scores_of(seed)) for seed, name in enumerate(("one", "other"))}
    figures.draw_roc(axes, {"a: 0.9": curves["one"], "b: 0.8": list(curves.values())}, "ROC")
    assert_named(axes, "ROC")
    assert legend_of(axes) == ["a: 0.9", "b: 0.8", "chance: 0.500"]
    first, second, _ = axes.get_lines()
    for line in (first, second):
        assert line.get_xydata()[0].tolist() == [0, 0] and line.get_xydata()[-1].tolist() == [1, 1]
    mean = (curves["one"][1] + curves["other"][1]) / 2
    np.testing.assert_allclose(second.get_ydata()[1:], mean)
    assert len(axes.collections) == 1


def test_dots_of_seeds(axes):
    """One for each seed, above its network's name, all of them within the axes."""
    figures.draw_auc_of_seeds(axes, {"ELU": [0.9, 0.95], "sigmoid": [0.3]}, "AUC")
    assert_named(axes, "AUC")
    assert [label.get_text() for label in axes.get_xticklabels()] == ["ELU", "sigmoid"]
    dots = np.concatenate([line.get_xydata() for line in axes.get_lines()[:2]])
    np.testing.assert_array_equal(dots, [[0, 0.9], [0, 0.95], [1, 0.3]])
    low, high = axes.get_ylim()
    assert low < 0.3 and 1 <= high < 1.1


def test_samples_stand_under_their_class():
    """The first of each class, in their order, in grey from 0 to 255."""
    images = np.arange(10, dtype=np.uint8)[:, None, None] * np.ones((10, 8, 6), np.uint8)
    figure = Figure()
    figures.draw_samples(figure, images, np.arange(10) % 2, per_class=3)
    assert [axis.get_title() for axis in figure.axes] == ["normal"] * 3 + ["abnormal"] * 3
    assert [int(axis.get_images()[0].get_array()[0, 0]) for axis in figure.axes] == [0, 2, 4, 1, 3, 5]
    assert {axis.get_images()[0].get_clim() for axis in figure.axes} == {(0, 255)}
    assert figure.get_suptitle() == "Synthetic chest X-rays, 8 x 6 pixels"


def test_too_few_samples_are_named():
    """With the class that lacks them."""
    with pytest.raises(ValueError, match="wanted 3 abnormal images, got 2"):
        figures.draw_samples(Figure(), np.zeros((7, 8, 8), np.uint8), np.array([0, 0, 0, 0, 0, 1, 1]), per_class=3)
