"""Hidden tests of ``evaluation``; never shipped.

Oracle: scikit-learn's metrics, and exact fractions for Youden's J; not the reference solution.

One rule, one test.  A mistake in the numbers is found by the tests of values (or counts, or points); the others look
at their own rule only, by data or comparisons for which that mistake makes no difference, so that it is paid for once.

Tolerance.  Rates are quotients of whole numbers below 1,000 and areas are sums of at most 1,000 such
terms, so rounding stays below 1,000 times 2.2e-16; two areas that differ in one pair of images differ
by at least 1 / (500 * 500) = 4e-6.  1e-9 lies between.
"""

from fractions import Fraction

import numpy as np
import pytest
import sklearn.metrics

from autograder.grading.checks import as_array, check_close, check_raises, check_shape, check_size, check_unchanged

MOST_POINTS = 2_000  # of a curve: no test gives so many scores
CLOSE = {"rtol": 1e-9, "atol": 1e-9}


def _cases(rng, normal, abnormal, *, decimals=None, separation=1.0, ascending=False):
    """Labels and scores in (0, 1), in random order unless ``ascending``; fewer decimals make more ties."""
    y_true = rng.permutation(np.repeat([0, 1], [normal, abnormal]))
    y_score = 1 / (1 + np.exp(-rng.normal(separation * (y_true - 0.5), 1.0)))
    y_score = y_score if decimals is None else np.round(y_score, decimals)
    order = np.argsort(y_score) if ascending else np.arange(y_true.size)
    return y_true[order], y_score[order]


def _better_than_chance(rng, normal, abnormal, **kwargs):
    """Cases with an AUC above 0.6, which nobody is tempted to mirror."""
    while True:
        y_true, y_score = _cases(rng, normal, abnormal, **kwargs)
        if sklearn.metrics.roc_auc_score(y_true, y_score) > 0.6:
            return y_true, y_score


def _check_share(value, what):
    """One number in [0, 1]."""
    check_shape(value, (), what)
    assert 0 <= as_array(value) <= 1, f"{what} is {value}, wanted a share in [0, 1]"


def _check_equal_scores(student, name, rng):
    """At a threshold equal to a score a function says what it says just below it, not what it says just above."""
    y_true, y_score = _cases(rng, 25, 17, decimals=1)
    same_above = []
    for threshold in np.unique(y_score)[2:6]:
        at, below, above = (
            as_array(getattr(student, name)(y_true, y_score, float(threshold + shift)), name)
            for shift in (0, -1e-6, 1e-6)  # the scores are tenths
        )
        for value in (at, below, above):
            check_size(value, 4, name)
        check_close(at, below, **CLOSE, what=f"{name} at a threshold equal to a score, against one just below it,")
        same_above.append(np.array_equal(at, above))
    assert not all(same_above), f"{name} does not depend on the threshold"


def _check_refuses_bad_scores(student, name, y_true, y_score):
    """Unequal lengths and NaN raise ValueError; good cases come first, since raising on everything earns nothing."""
    getattr(student, name)(y_true, y_score)
    check_raises(student, name, y_true, y_score[:-1])
    check_raises(student, name, y_true[:-2], y_score)
    check_raises(student, name, y_true, np.where(np.arange(y_score.size) == y_score.size // 2, np.nan, y_score))


def _check_one_class(student, name, y_score, *labels):
    for label in labels:
        check_raises(student, name, np.full(len(y_score), label), y_score)


def _matrix(y_true, y_score, threshold=0.5):
    return sklearn.metrics.confusion_matrix(y_true, y_score >= threshold, labels=[0, 1])


def _sensitivity(y_true, y_score, threshold=0.5):
    return sklearn.metrics.recall_score(y_true, y_score >= threshold, pos_label=1)


def _specificity(y_true, y_score, threshold=0.5):
    return sklearn.metrics.recall_score(y_true, y_score >= threshold, pos_label=0)


def _check_counts_anywhere(value, expected):
    """The four counts are there, in whatever cells."""
    check_shape(value, (2, 2), "confusion_matrix")
    check_close(np.sort(as_array(value), axis=None), np.sort(expected, axis=None), what="the sorted counts")


@pytest.mark.item(
    "confusion_matrix", weight=3, hint="Rows are the truth, columns what the model said: [[TN, FP], [FN, TP]]."
)
def test_confusion_matrix_counts(student, rng):
    """All four counts are right for many thresholds and unequal classes."""
    for normal, abnormal in ((40, 13), (7, 31)):
        y_true, y_score = _cases(rng, normal, abnormal, separation=2.0)
        for threshold in rng.uniform(0.35, 0.65, 4):
            value = student.confusion_matrix(y_true, y_score, threshold=float(threshold))
            check_shape(value, (2, 2))
            check_close(value, _matrix(y_true, y_score, threshold), what="confusion_matrix")


@pytest.mark.item("confusion_matrix", weight=2, hint="A score equal to the threshold is called abnormal: >=, not >.")
def test_confusion_matrix_at_equal_scores(student, rng):
    """Scores equal to the threshold are called abnormal."""
    _check_equal_scores(student, "confusion_matrix", rng)


@pytest.mark.item("confusion_matrix", hint="Leave the default at 0.5.")
def test_confusion_matrix_default_threshold(student, rng):
    """Without a threshold it is 0.5."""
    for _ in range(3):
        y_true, y_score = _cases(rng, 22, 35)
        _check_counts_anywhere(student.confusion_matrix(y_true, y_score), _matrix(y_true, y_score))


@pytest.mark.item("confusion_matrix", hint="Empty cells are 0, and the matrix is always 2 x 2.")
def test_confusion_matrix_far_thresholds(student, rng):
    """A threshold below or above every score calls all images abnormal or normal."""
    y_true, y_score = _cases(rng, 11, 18)
    for threshold in (-1.0, 2.0):
        value = student.confusion_matrix(y_true, y_score, threshold)
        _check_counts_anywhere(value, _matrix(y_true, y_score, threshold))


@pytest.mark.item("confusion_matrix", hint="Write y_score >= threshold into a new array, not back into y_score.")
def test_confusion_matrix_leaves_input_alone(student, rng):
    """Labels and scores are left as they were."""
    y_true, y_score = _cases(rng, 9, 14)
    reply = student.call("confusion_matrix", y_true.copy(), y_score.copy(), 0.5)
    _check_counts_anywhere(reply.value, _matrix(y_true, y_score))
    check_unchanged(reply, y_true, y_score)


@pytest.mark.item("confusion_matrix", hint="as_cases raises ValueError for you: call it first.")
def test_confusion_matrix_refuses_bad_scores(student, rng):
    """Unequal lengths and NaN scores raise ValueError."""
    _check_refuses_bad_scores(student, "confusion_matrix", *_cases(rng, 8, 13))


def _check_rates(student, name, oracle, rng):
    for normal, abnormal in ((40, 13), (7, 31)):
        y_true, y_score = _cases(rng, normal, abnormal)
        for given in ({}, *({"threshold": float(t)} for t in rng.uniform(0.15, 0.85, 4))):
            value = getattr(student, name)(y_true, y_score, **given)
            check_shape(value, ())
            check_close(value, oracle(y_true, y_score, **given), **CLOSE, what=name)


@pytest.mark.item(
    "sensitivity_specificity", weight=2, hint="TP / (TP + FN): of the abnormal images, how many are found?"
)
def test_sensitivity_values(student, rng):
    """Sensitivity is right for many thresholds and unequal classes, and the default threshold is 0.5."""
    _check_rates(student, "sensitivity", _sensitivity, rng)


@pytest.mark.item(
    "sensitivity_specificity", weight=2, hint="TN / (TN + FP): of the normal images, how many are left in peace?"
)
def test_specificity_values(student, rng):
    """Specificity is right for many thresholds and unequal classes, and the default threshold is 0.5."""
    _check_rates(student, "specificity", _specificity, rng)


@pytest.mark.item(
    "sensitivity_specificity", weight=2, hint="A score equal to the threshold is called abnormal: >=, not >."
)
def test_rates_at_equal_scores(student, rng):
    """Scores equal to the threshold are called abnormal."""
    _check_equal_scores(student, "sensitivity", rng)
    _check_equal_scores(student, "specificity", rng)


@pytest.mark.item("sensitivity_specificity", hint="0/0 is no number: raise ValueError, do not return 0 or NaN.")
def test_rates_need_their_class(student, rng):
    """Sensitivity without abnormal images and specificity without normal ones raise ValueError."""
    y_true, y_score = _cases(rng, 12, 9)
    for name, missing in (("sensitivity", 0), ("specificity", 1)):
        _check_share(getattr(student, name)(y_true, y_score), name)
        _check_one_class(student, name, y_score, missing)


@pytest.mark.item(
    "sensitivity_specificity", hint="as_cases raises ValueError for you: call it first; write into new arrays."
)
def test_rates_refuse_bad_scores(student, rng):
    """Unequal lengths and NaN scores raise ValueError; good input is left as it was."""
    y_true, y_score = _cases(rng, 8, 13)
    for name in ("sensitivity", "specificity"):
        reply = student.call(name, y_true.copy(), y_score.copy())
        check_unchanged(reply, y_true, y_score)
        _check_refuses_bad_scores(student, name, y_true, y_score)


def _curve_of(value):
    """The three arrays of a curve."""
    assert isinstance(value, (tuple, list)) and len(value) == 3, "roc_curve returns fpr, tpr, thresholds"
    parts = [as_array(np.asarray(part), "a part of the curve") for part in value]
    for part in parts:
        check_size(part, MOST_POINTS, "a part of the curve")
    return tuple(part.astype(np.float64) for part in parts)


def _check_thresholds(value, y_score):
    """There is a point for each distinct score, taken as a threshold from the highest down, and one in front.

    Accepted: np.inf, or any number above all scores, as the threshold of (0, 0), or none for that point.
    """
    fpr, tpr, thresholds = _curve_of(value)
    distinct = np.unique(y_score)[::-1]
    check_shape(fpr, (distinct.size + 1,), "fpr")
    check_shape(tpr, (distinct.size + 1,), "tpr")
    check_close(thresholds[-distinct.size :], distinct, **CLOSE, what="thresholds")
    extra = thresholds[: -distinct.size]
    assert extra.shape in ((0,), (1,)), "one threshold for each point"
    assert np.all(extra > distinct[0]), "the threshold of (0, 0) must lie above every score"


@pytest.mark.item(
    "roc_curve", weight=3, hint="fpr counts normal images, tpr abnormal ones; every distinct score is a threshold."
)
def test_roc_curve_points(student, rng):
    """All points are right for unsorted scores without ties."""
    for normal, abnormal in ((30, 11), (5, 24)):
        y_true, y_score = _better_than_chance(rng, normal, abnormal)
        value = student.roc_curve(y_true, y_score)
        _check_thresholds(value, y_score)
        fpr, tpr, _ = sklearn.metrics.roc_curve(y_true, y_score, drop_intermediate=False)
        check_close(_curve_of(value)[0], fpr, **CLOSE, what="fpr")
        check_close(_curve_of(value)[1], tpr, **CLOSE, what="tpr")


@pytest.mark.item(
    "roc_curve", weight=2, hint="Images with equal scores pass the threshold together: one point, not several."
)
def test_roc_curve_with_ties(student, rng):
    """Tied scores give one point, and two points are left when all scores are equal."""
    for decimals in (1, 2):
        y_true, y_score = _better_than_chance(rng, 41, 27, decimals=decimals)
        _check_thresholds(student.roc_curve(y_true, y_score), y_score)
    _check_thresholds(student.roc_curve(y_true, np.full(68, 0.25)), np.full(68, 0.25))


@pytest.mark.item("roc_curve", hint="Scores need not lie in [0, 1]: take those that occur, and a first one above them.")
def test_roc_curve_of_any_scores(student, rng):
    """Scores may be negative, large, close together, or whole numbers."""
    y_true, y_score = _better_than_chance(rng, 12, 21)
    ranks = np.argsort(np.argsort(y_score))
    for scores in (100 * y_score - 70, 0.5 + 1e-4 * y_score, ranks):
        _check_thresholds(student.roc_curve(y_true, scores), scores)


@pytest.mark.item(
    "roc_curve", hint="A model that is the wrong way round has a curve below the diagonal: do not mirror it."
)
def test_roc_curve_below_the_diagonal(student, rng):
    """When the order of the scores is reversed, the curve turns round (0.5, 0.5) and runs below the diagonal."""
    y_true, y_score = _better_than_chance(rng, 9, 14)
    above, below = (_curve_of(student.roc_curve(y_true, scores)) for scores in (y_score, 1 - y_score))
    check_close(below[0], 1 - above[0][::-1], **CLOSE, what="fpr of the model that is the wrong way round")
    check_close(below[1], 1 - above[1][::-1], **CLOSE, what="tpr of the model that is the wrong way round")


@pytest.mark.item("roc_curve", hint="Sort a copy (np.sort, not .sort()).")
def test_roc_curve_leaves_input_alone(student, rng):
    """Labels and scores are left as they were."""
    y_true, y_score = _better_than_chance(rng, 14, 9)
    reply = student.call("roc_curve", y_true.copy(), y_score.copy())
    _check_thresholds(reply.value, y_score)
    check_unchanged(reply, y_true, y_score)


@pytest.mark.item("roc_curve", hint="as_cases sees lengths and NaN; that both classes occur is yours to check.")
def test_roc_curve_refuses_bad_input(student, rng):
    """One class only, unequal lengths and NaN scores raise ValueError."""
    y_true, y_score = _better_than_chance(rng, 8, 13)
    _check_refuses_bad_scores(student, "roc_curve", y_true, y_score)
    _check_one_class(student, "roc_curve", y_score, 0, 1)


def _curve(rng, points):
    """A rising curve from (0, 0) to (1, 1) above the diagonal, with unequal steps, some of them upright."""
    fpr = np.sort(rng.uniform(0, 1, points) ** 2)
    fpr[1::4] = fpr[0::4][: len(fpr[1::4])]
    fpr = np.concatenate([[0], np.sort(fpr), [1]])
    return fpr, np.maximum(fpr, np.concatenate([[0], np.sort(rng.uniform(0, 1, points)), [1]]))


@pytest.mark.item("auc", weight=3, hint="The steps have unequal widths: width times mean height, added up.")
def test_auc_values(student, rng):
    """The area is right for curves with unequal and upright steps."""
    for points in (1, 4, 17, 60):
        fpr, tpr = _curve(rng, points)
        value = student.auc(fpr, tpr)
        check_shape(value, ())
        check_close(value, sklearn.metrics.auc(fpr, tpr), **CLOSE, what="auc")


@pytest.mark.item("auc", hint="x is fpr and y is tpr, in this order; an area below 0.5 stays as it is.")
def test_auc_of_stairs(student, rng):
    """The perfect corner has 1, the wrong corner 0, and stairs have the area that is counted by hand."""
    a, b = rng.uniform([0.6, 0.1], [0.9, 0.4])
    for fpr, tpr, area in (
        ([0, 0, 1], [0, 1, 1], 1.0),
        ([0, 1, 1], [0, 0, 1], 0.0),
        ([0, a, a, 1, 1], [0, 0, b, b, 1], (1 - a) * b),
    ):
        value = student.auc(np.array(fpr, dtype=np.float64), np.array(tpr, dtype=np.float64))
        check_close(value, area, **CLOSE, what="auc")


@pytest.mark.item("auc", hint="Compare the lengths first and raise ValueError; zip stops at the shorter one.")
def test_auc_refuses_unequal_lengths(student, rng):
    """Unequal lengths raise ValueError; a good curve is left as it was."""
    fpr, tpr = _curve(rng, 8)
    reply = student.call("auc", fpr.copy(), tpr.copy())
    check_shape(reply.value, ())
    check_unchanged(reply, fpr, tpr)
    check_raises(student, "auc", fpr, tpr[:-1])
    check_raises(student, "auc", fpr[:-2], tpr)


def _check_roc_auc(student, y_true, y_score):
    value = student.roc_auc(y_true, y_score)
    check_shape(value, ())
    check_close(value, sklearn.metrics.roc_auc_score(y_true, y_score), **CLOSE, what="roc_auc")


@pytest.mark.item("roc_auc", weight=3, hint="The share of pairs in which the abnormal image has the higher score.")
def test_roc_auc_values(student, rng):
    """The AUC is right for unsorted scores and unequal classes."""
    for normal, abnormal in ((60, 17), (9, 44), (150, 160)):
        _check_roc_auc(student, *_better_than_chance(rng, normal, abnormal))


@pytest.mark.item("roc_auc", weight=2, hint="A tied pair counts one half, not 0 and not 1.")
def test_roc_auc_with_many_ties(student, rng):
    """Tied pairs count one half."""
    for decimals in (0, 1, 2):
        _check_roc_auc(student, *_better_than_chance(rng, 43, 29, decimals=decimals, ascending=True))


@pytest.mark.item(
    "roc_auc", hint="Below 0.5 is a fact about the model: do not mirror it. Scores need not lie in [0, 1]."
)
def test_roc_auc_extremes(student, rng):
    """A perfect model has 1, one that is the wrong way round 0, and any rising scale of the scores is welcome."""
    y_true, y_score = _better_than_chance(rng, 12, 19, ascending=True)
    _check_roc_auc(student, y_true, 1000 * y_score - 900)
    perfect = np.sort(y_true)
    for labels, area in ((perfect, 1.0), (1 - perfect, 0.0)):
        check_close(student.roc_auc(labels, y_score), area, **CLOSE, what="roc_auc")


@pytest.mark.item("roc_auc", hint="Sort a copy, if you sort.")
def test_roc_auc_leaves_input_alone(student, rng):
    """Labels and scores are left as they were."""
    _check_roc_auc(student, *_better_than_chance(rng, 14, 9, ascending=True))  # so that no constant passes
    y_true, y_score = _better_than_chance(rng, 9, 14)
    check_unchanged(student.call("roc_auc", y_true.copy(), y_score.copy()), y_true, y_score)


@pytest.mark.item("roc_auc", hint="as_cases sees lengths and NaN; that both classes occur is yours to check.")
def test_roc_auc_refuses_bad_input(student, rng):
    """One class only, unequal lengths and NaN scores raise ValueError."""
    y_true, y_score = _better_than_chance(rng, 8, 13)
    _check_refuses_bad_scores(student, "roc_auc", y_true, y_score)
    _check_one_class(student, "roc_auc", y_score, 0, 1)


def _youden(y_true, y_score):
    """J of each distinct score as an exact fraction, by counting."""
    normal, abnormal = y_score[y_true == 0], y_score[y_true == 1]
    return {
        float(t): Fraction(int((abnormal >= t).sum()), len(abnormal))
        + Fraction(int((normal < t).sum()), len(normal))
        - 1
        for t in np.unique(y_score)
    }


def _best(y_true, y_score):
    scores = _youden(y_true, y_score)
    return max(scores, key=lambda t: (scores[t], t))


def _clear_cases(rng, normal, abnormal):
    """Cases in which one score alone has the largest J, neither the best accuracy nor the point nearest to (0, 1)."""
    while True:
        y_true, y_score = _cases(rng, normal, abnormal, separation=1.5)
        called = y_score >= np.unique(y_score)[:, None]
        tpr, fpr = (called[:, y_true == label].mean(axis=1) for label in (1, 0))
        second, first = np.sort(tpr - fpr)[-2:]
        rivals = np.mean(called == y_true, axis=1), -np.hypot(fpr, 1 - tpr)
        if second < first - 1e-9 and all(rival[np.argmax(tpr - fpr)] < rival.max() - 1e-9 for rival in rivals):
            return y_true, y_score


def _check_best(student, y_true, y_score):
    value = student.best_threshold(y_true, y_score)
    check_shape(value, ())
    check_close(value, _best(y_true, y_score), **CLOSE, what="best_threshold")


@pytest.mark.item(
    "best_threshold", weight=3, hint="J = sensitivity + specificity - 1 at each score that occurs; take the largest."
)
def test_best_threshold_values(student, rng):
    """The threshold is right for unsorted scores and unequal classes."""
    for normal, abnormal in ((60, 17), (9, 31), (120, 50)):
        _check_best(student, *_clear_cases(rng, normal, abnormal))


@pytest.mark.item(
    "best_threshold", weight=2, hint="Several thresholds share the largest J: return the highest of them."
)
def test_best_threshold_on_a_tie(student, rng):
    """Among thresholds of equal J the highest is returned."""
    # Eight of each class: J is a multiple of 1/8 and exact in floating point, so that no right answer fails.
    for _ in range(3):
        normal = np.concatenate([rng.uniform(0, 0.3, 6), rng.uniform(0.55, 0.6, 2)])
        abnormal = np.concatenate([rng.uniform(0.4, 0.5, 2), rng.uniform(0.7, 0.9, 6)])
        order = rng.permutation(16)
        y_true, y_score = np.repeat([0, 1], 8)[order], np.concatenate([normal, abnormal])[order]
        _check_best(student, y_true, y_score)


@pytest.mark.item(
    "best_threshold", hint="Equal scores pass the threshold together; a score equal to it is called abnormal."
)
def test_best_threshold_with_tied_scores(student, rng):
    """The threshold is right when images of both classes share a score, in whatever order they come."""
    # Who takes the images of the shared score one by one finds a better J than there is, in one of the two orders.
    shared = rng.uniform(0.5, 0.6)
    normal = np.concatenate([rng.uniform(0, 0.3, 4), np.full(4, shared)])
    abnormal = np.concatenate([rng.uniform(0.7, 0.9, 5), np.full(3, shared)])
    y_true, y_score = np.repeat([1, 0], 8), np.concatenate([abnormal, normal])
    _check_best(student, y_true, y_score)
    _check_best(student, y_true[::-1].copy(), y_score[::-1].copy())


@pytest.mark.item(
    "best_threshold", hint="Return a score that occurs, however bad the model: even where no J is above 0."
)
def test_best_threshold_of_any_model(student, rng):
    """Scores may be negative or large, and the model perfect or the wrong way round."""
    y_true, y_score = _cases(rng, 16, 32)
    for scores in (100 * (y_true + y_score / 2) - 70, 1 - (y_true + y_score / 2) / 2):
        _check_best(student, y_true, scores)


@pytest.mark.item("best_threshold", hint="as_cases sees lengths and NaN; that both classes occur is yours to check.")
def test_best_threshold_refuses_bad_input(student, rng):
    """One class only, unequal lengths and NaN scores raise ValueError; good input is left as it was."""
    y_true, y_score = _cases(rng, 8, 16, separation=1.5)
    reply = student.call("best_threshold", y_true.copy(), y_score.copy())
    check_shape(reply.value, ())
    check_unchanged(reply, y_true, y_score)
    _check_refuses_bad_scores(student, "best_threshold", y_true, y_score)
    _check_one_class(student, "best_threshold", y_score, 0, 1)
