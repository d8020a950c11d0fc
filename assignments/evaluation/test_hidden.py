"""Hidden tests of ``evaluation``; never shipped.

Oracle: scikit-learn's metrics, and exact fractions for Youden's J; not the reference solution.

Tolerance.  Rates are quotients of whole numbers below 1,000 and areas are sums of at most 1,000 such
terms, so rounding stays below 1,000 times 2.2e-16; two areas that differ in one pair of images differ
by at least 1 / (500 * 500) = 4e-6.  1e-9 lies between.
"""

from fractions import Fraction

import numpy as np
import pytest
import sklearn.metrics

from autograder.grading.checks import check_close, check_raises, check_shape, check_unchanged

CLOSE = {"rtol": 1e-9, "atol": 1e-9}


def _cases(rng, normal, abnormal, *, decimals=None, separation=1.0):
    """Labels and scores in (0, 1) in random order; fewer decimals make more ties."""
    y_true = rng.permutation(np.repeat([0, 1], [normal, abnormal]))
    y_score = 1 / (1 + np.exp(-rng.normal(separation * (y_true - 0.5), 1.0)))
    return y_true, y_score if decimals is None else np.round(y_score, decimals)


def _thresholds(rng, y_score):
    """Thresholds that hit scores exactly, lie between them, and lie outside."""
    return [*(float(t) for t in rng.choice(y_score, 4)), *(float(t) for t in rng.uniform(0.2, 0.8, 3)), 0.5]


def _check_refuses_bad_scores(student, name, *, sample):
    """Unequal lengths and NaN raise ValueError; ``sample`` proves that the function does not raise on everything."""
    y_true, y_score = sample
    np.asarray(getattr(student, name)(y_true, y_score), dtype=np.float64)
    check_raises(student, name, y_true, y_score[:-1])
    check_raises(student, name, y_true[:-2], y_score)
    with_nan = y_score.copy()
    with_nan[len(with_nan) // 2] = np.nan
    check_raises(student, name, y_true, with_nan)


def _check_one_class(student, name, y_score, *labels):
    for label in labels:
        check_raises(student, name, np.full(len(y_score), label), y_score)


def _check_untouched(student, name, oracle, rng):
    """The value is right and both arrays are as they were, for sorted and unsorted input."""
    for order in (None, "sorted"):
        y_true, y_score = _cases(rng, 9, 14, decimals=1)
        if order:
            by_score = np.argsort(y_score)
            y_true, y_score = y_true[by_score], y_score[by_score]
        reply = student.call(name, y_true.copy(), y_score.copy())
        check_close(reply.value, oracle(y_true, y_score), **CLOSE, what=name)
        check_unchanged(reply, y_true, y_score)


def _matrix(y_true, y_score, threshold=0.5):
    return sklearn.metrics.confusion_matrix(y_true, y_score >= threshold, labels=[0, 1])


def _sensitivity(y_true, y_score, threshold=0.5):
    return sklearn.metrics.recall_score(y_true, y_score >= threshold, pos_label=1)


def _specificity(y_true, y_score, threshold=0.5):
    return sklearn.metrics.recall_score(y_true, y_score >= threshold, pos_label=0)


@pytest.mark.item(
    "confusion_matrix", weight=3, hint="Rows are the truth, columns what the model said: [[TN, FP], [FN, TP]]."
)
def test_confusion_matrix_counts(student, rng):
    """All four counts are right for many thresholds and unequal classes."""
    for normal, abnormal in ((40, 13), (7, 31)):
        y_true, y_score = _cases(rng, normal, abnormal)
        for threshold in rng.uniform(0.15, 0.85, 4):
            value = student.confusion_matrix(y_true, y_score, threshold=float(threshold))
            check_shape(value, (2, 2))
            check_close(value, _matrix(y_true, y_score, threshold), what="confusion_matrix")


@pytest.mark.item("confusion_matrix", weight=2, hint="A score equal to the threshold is called abnormal: >=, not >.")
def test_confusion_matrix_at_equal_scores(student, rng):
    """Scores equal to the threshold are called abnormal."""
    y_true, y_score = _cases(rng, 25, 17, decimals=1)
    for threshold in np.unique(y_score):
        value = student.confusion_matrix(y_true, y_score, float(threshold))
        check_close(value, _matrix(y_true, y_score, threshold), what="confusion_matrix")


@pytest.mark.item("confusion_matrix", hint="Leave the default at 0.5.")
def test_confusion_matrix_default_threshold(student, rng):
    """Without a threshold it is 0.5."""
    for _ in range(3):
        y_true, y_score = _cases(rng, 22, 35)
        check_close(student.confusion_matrix(y_true, y_score), _matrix(y_true, y_score), what="confusion_matrix")


@pytest.mark.item("confusion_matrix", hint="Empty cells are 0, and the matrix is always 2 x 2.")
def test_confusion_matrix_far_thresholds(student, rng):
    """A threshold below or above every score calls all images abnormal or normal."""
    y_true, y_score = _cases(rng, 11, 18)
    check_close(student.confusion_matrix(y_true, y_score, -1.0), np.array([[0, 11], [0, 18]]), what="confusion_matrix")
    check_close(student.confusion_matrix(y_true, y_score, 2.0), np.array([[11, 0], [18, 0]]), what="confusion_matrix")


@pytest.mark.item("confusion_matrix", hint="Write y_score >= threshold into a new array, not back into y_score.")
def test_confusion_matrix_leaves_input_alone(student, rng):
    """Labels and scores are left as they were."""
    _check_untouched(student, "confusion_matrix", _matrix, rng)


@pytest.mark.item("confusion_matrix", hint="as_cases raises ValueError for you: call it first.")
def test_confusion_matrix_refuses_bad_scores(student, rng):
    """Unequal lengths and NaN scores raise ValueError."""
    y_true, y_score = _cases(rng, 8, 13)
    check_close(student.confusion_matrix(y_true, y_score), _matrix(y_true, y_score), what="confusion_matrix")
    _check_refuses_bad_scores(student, "confusion_matrix", sample=(y_true, y_score))


def _check_rates(student, name, oracle, rng):
    for normal, abnormal in ((40, 13), (7, 31)):
        y_true, y_score = _cases(rng, normal, abnormal)
        for threshold in rng.uniform(0.15, 0.85, 4):
            value = getattr(student, name)(y_true, y_score, threshold=float(threshold))
            check_shape(value, ())
            check_close(value, oracle(y_true, y_score, threshold), **CLOSE, what=name)


@pytest.mark.item(
    "sensitivity_specificity", weight=2, hint="TP / (TP + FN): of the abnormal images, how many are found?"
)
def test_sensitivity_values(student, rng):
    """Sensitivity is right for many thresholds and unequal classes."""
    _check_rates(student, "sensitivity", _sensitivity, rng)


@pytest.mark.item(
    "sensitivity_specificity", weight=2, hint="TN / (TN + FP): of the normal images, how many are left in peace?"
)
def test_specificity_values(student, rng):
    """Specificity is right for many thresholds and unequal classes."""
    _check_rates(student, "specificity", _specificity, rng)


@pytest.mark.item(
    "sensitivity_specificity", weight=2, hint="A score equal to the threshold is called abnormal: >=, not >."
)
def test_rates_at_equal_scores(student, rng):
    """Scores equal to the threshold are called abnormal, and the default threshold is 0.5."""
    y_true, y_score = _cases(rng, 25, 17, decimals=1)
    y_score[:2], y_true[:2] = 0.5, (0, 1)
    for name, oracle in (("sensitivity", _sensitivity), ("specificity", _specificity)):
        for threshold in np.unique(y_score):
            value = getattr(student, name)(y_true, y_score, float(threshold))
            check_close(value, oracle(y_true, y_score, threshold), **CLOSE, what=name)
        check_close(getattr(student, name)(y_true, y_score), oracle(y_true, y_score), **CLOSE, what=name)


@pytest.mark.item("sensitivity_specificity", hint="0/0 is no number: raise ValueError, do not return 0 or NaN.")
def test_rates_need_their_class(student, rng):
    """Sensitivity without abnormal images and specificity without normal ones raise ValueError."""
    y_true, y_score = _cases(rng, 12, 9)
    check_close(student.sensitivity(y_true, y_score), _sensitivity(y_true, y_score), **CLOSE, what="sensitivity")
    _check_one_class(student, "sensitivity", y_score, 0)
    check_close(student.specificity(y_true, y_score), _specificity(y_true, y_score), **CLOSE, what="specificity")
    _check_one_class(student, "specificity", y_score, 1)


@pytest.mark.item(
    "sensitivity_specificity", hint="as_cases raises ValueError for you: call it first; write into new arrays."
)
def test_rates_refuse_bad_scores(student, rng):
    """Unequal lengths and NaN scores raise ValueError; good input is left as it was."""
    for name, oracle in (("sensitivity", _sensitivity), ("specificity", _specificity)):
        _check_untouched(student, name, oracle, rng)
        _check_refuses_bad_scores(student, name, sample=_cases(rng, 8, 13))


def _check_curve(reply_value, y_true, y_score):
    """Every distinct score is a threshold with its two rates, between (0, 0) and (1, 1).

    Accepted: np.inf, or any number above all scores, as the threshold of (0, 0), or none for that point.
    """
    fpr, tpr, thresholds = (np.asarray(part, dtype=np.float64) for part in reply_value)
    distinct = np.unique(y_score)[::-1]
    check_shape(fpr, (len(distinct) + 1,))
    check_shape(tpr, (len(distinct) + 1,))
    check_close(thresholds[-len(distinct) :], distinct, **CLOSE, what="thresholds")
    extra = thresholds[: -len(distinct)]
    assert extra.shape in ((0,), (1,)), "one threshold for each point"
    assert np.all(extra > distinct[0]), "the threshold of (0, 0) must lie above every score"
    called = y_score[None, :] >= distinct[:, None]
    expected_tpr = np.append(0, called[:, y_true == 1].mean(axis=1))
    expected_fpr = np.append(0, called[:, y_true == 0].mean(axis=1))
    check_close(tpr, expected_tpr, **CLOSE, what="tpr")
    check_close(fpr, expected_fpr, **CLOSE, what="fpr")


@pytest.mark.item(
    "roc_curve", weight=3, hint="fpr counts normal images, tpr abnormal ones; every distinct score is a threshold."
)
def test_roc_curve_points(student, rng):
    """All points are right for unsorted scores without ties."""
    for normal, abnormal in ((30, 11), (5, 24)):
        y_true, y_score = _cases(rng, normal, abnormal)
        value = student.roc_curve(y_true, y_score)
        _check_curve(value, y_true, y_score)
        fpr, tpr, _ = sklearn.metrics.roc_curve(y_true, y_score, drop_intermediate=False)
        check_close(np.asarray(value[0]), fpr, **CLOSE, what="fpr")
        check_close(np.asarray(value[1]), tpr, **CLOSE, what="tpr")


@pytest.mark.item(
    "roc_curve", weight=2, hint="Images with equal scores pass the threshold together: one point, not several."
)
def test_roc_curve_with_ties(student, rng):
    """Tied scores give one point."""
    for decimals in (1, 2):
        y_true, y_score = _cases(rng, 41, 27, decimals=decimals)
        _check_curve(student.roc_curve(y_true, y_score), y_true, y_score)


@pytest.mark.item("roc_curve", hint="Do not fix a grid of thresholds in [0, 1]: take the scores that occur.")
def test_roc_curve_of_any_scores(student, rng):
    """Scores may be negative, large, close together, or all equal."""
    y_true, y_score = _cases(rng, 12, 21)
    for scores in (100 * y_score - 70, 0.5 + 1e-4 * y_score, np.full(33, 0.25), np.round(5 * y_score).astype(np.int64)):
        _check_curve(student.roc_curve(y_true, scores), y_true, scores)


@pytest.mark.item(
    "roc_curve", hint="A model that is the wrong way round has a curve below the diagonal: do not mirror it."
)
def test_roc_curve_of_extreme_models(student, rng):
    """A perfect model and one that is always wrong get their curves."""
    y_true, y_score = _cases(rng, 9, 14)
    for sign in (1, -1):
        scores = sign * (y_true + 0.5 * y_score)
        _check_curve(student.roc_curve(y_true, scores), y_true, scores)


@pytest.mark.item("roc_curve", hint="Sort a copy (np.sort, not .sort()).")
def test_roc_curve_leaves_input_alone(student, rng):
    """Labels and scores are left as they were."""
    y_true, y_score = _cases(rng, 14, 9)
    reply = student.call("roc_curve", y_true.copy(), y_score.copy())
    _check_curve(reply.value, y_true, y_score)
    check_unchanged(reply, y_true, y_score)


@pytest.mark.item("roc_curve", hint="as_cases sees lengths and NaN; that both classes occur is yours to check.")
def test_roc_curve_refuses_bad_input(student, rng):
    """One class only, unequal lengths and NaN scores raise ValueError."""
    y_true, y_score = _cases(rng, 8, 13)
    _check_curve(student.roc_curve(y_true, y_score), y_true, y_score)
    check_raises(student, "roc_curve", y_true, y_score[:-1])
    check_raises(student, "roc_curve", y_true, np.where(np.arange(21) == 4, np.nan, y_score))
    _check_one_class(student, "roc_curve", y_score, 0, 1)


def _curve(rng, points):
    """A rising curve from (0, 0) to (1, 1) with unequal steps, some of them upright."""
    fpr = np.sort(rng.uniform(0, 1, points) ** 2)
    fpr[1::4] = fpr[0::4][: len(fpr[1::4])]
    return np.concatenate([[0], np.sort(fpr), [1]]), np.concatenate([[0], np.sort(rng.uniform(0, 1, points)), [1]])


@pytest.mark.item("auc", weight=3, hint="The steps have unequal widths: width times mean height, added up.")
def test_auc_values(student, rng):
    """The area is right for curves with unequal and upright steps."""
    for points in (1, 4, 17, 60):
        fpr, tpr = _curve(rng, points)
        value = student.auc(fpr, tpr)
        check_shape(value, ())
        check_close(value, sklearn.metrics.auc(fpr, tpr), **CLOSE, what="auc")


@pytest.mark.item("auc", hint="x is fpr and y is tpr, in this order; the area may lie below 0.5.")
def test_auc_of_known_shapes(student, rng):
    """The diagonal has 0.5, the perfect corner 1, the wrong corner 0."""
    knots = np.sort(rng.uniform(0, 1, 5))
    diagonal = np.concatenate([[0], knots, [1]])
    check_close(student.auc(diagonal, diagonal), 0.5, **CLOSE, what="auc")
    check_close(student.auc(np.array([0.0, 0.0, 1.0]), np.array([0.0, 1.0, 1.0])), 1.0, **CLOSE, what="auc")
    check_close(student.auc(np.array([0.0, 1.0, 1.0]), np.array([0.0, 0.0, 1.0])), 0.0, **CLOSE, what="auc")


@pytest.mark.item("auc", hint="Compare the lengths first and raise ValueError.")
def test_auc_refuses_unequal_lengths(student, rng):
    """Unequal lengths raise ValueError; a good curve is left as it was."""
    fpr, tpr = _curve(rng, 8)
    reply = student.call("auc", fpr.copy(), tpr.copy())
    check_close(reply.value, sklearn.metrics.auc(fpr, tpr), **CLOSE, what="auc")
    check_unchanged(reply, fpr, tpr)
    check_raises(student, "auc", fpr, tpr[:-1])
    check_raises(student, "auc", fpr[:-2], tpr)


@pytest.mark.item("roc_auc", weight=3, hint="The share of pairs in which the abnormal image has the higher score.")
def test_roc_auc_values(student, rng):
    """The AUC is right for unsorted scores and unequal classes."""
    for normal, abnormal in ((60, 17), (9, 44), (150, 160)):
        y_true, y_score = _cases(rng, normal, abnormal)
        value = student.roc_auc(y_true, y_score)
        check_shape(value, ())
        check_close(value, sklearn.metrics.roc_auc_score(y_true, y_score), **CLOSE, what="roc_auc")


@pytest.mark.item("roc_auc", weight=2, hint="A tied pair counts one half, not 0 and not 1.")
def test_roc_auc_with_many_ties(student, rng):
    """Tied pairs count one half."""
    for decimals in (0, 1, 2):
        y_true, y_score = _cases(rng, 43, 29, decimals=decimals)
        value = student.roc_auc(y_true, y_score)
        check_close(value, sklearn.metrics.roc_auc_score(y_true, y_score), **CLOSE, what="roc_auc")


@pytest.mark.item(
    "roc_auc", hint="Below 0.5 is a fact about the model: do not mirror it. Scores need not lie in [0, 1]."
)
def test_roc_auc_extremes(student, rng):
    """A perfect model has 1, one that is the wrong way round 0, and any rising scale of the scores is welcome."""
    y_true, y_score = _cases(rng, 12, 19)
    check_close(student.roc_auc(y_true, y_true + 0.5 * y_score), 1.0, **CLOSE, what="roc_auc")
    check_close(student.roc_auc(y_true, -y_true - 0.5 * y_score), 0.0, **CLOSE, what="roc_auc")
    expected = sklearn.metrics.roc_auc_score(y_true, y_score)
    check_close(student.roc_auc(y_true, 1000 * y_score - 900), expected, **CLOSE, what="roc_auc")


@pytest.mark.item("roc_auc", hint="Sort a copy, if you sort.")
def test_roc_auc_leaves_input_alone(student, rng):
    """Labels and scores are left as they were."""
    _check_untouched(student, "roc_auc", sklearn.metrics.roc_auc_score, rng)


@pytest.mark.item("roc_auc", hint="as_cases sees lengths and NaN; that both classes occur is yours to check.")
def test_roc_auc_refuses_bad_input(student, rng):
    """One class only, unequal lengths and NaN scores raise ValueError."""
    y_true, y_score = _cases(rng, 8, 13)
    check_close(
        student.roc_auc(y_true, y_score), sklearn.metrics.roc_auc_score(y_true, y_score), **CLOSE, what="roc_auc"
    )
    _check_refuses_bad_scores(student, "roc_auc", sample=(y_true, y_score))
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


@pytest.mark.item(
    "best_threshold", weight=3, hint="J = sensitivity + specificity - 1 at each score that occurs; take the largest."
)
def test_best_threshold_values(student, rng):
    """The threshold is right for unsorted scores and unequal classes."""
    # Class sizes are powers of two, so that J computed in floating point has exact ties too.
    for normal, abnormal in ((64, 16), (8, 32), (128, 64)):
        y_true, y_score = _cases(rng, normal, abnormal, separation=1.5)
        value = student.best_threshold(y_true, y_score)
        check_shape(value, ())
        check_close(value, _best(y_true, y_score), **CLOSE, what="best_threshold")


@pytest.mark.item(
    "best_threshold", weight=2, hint="Several thresholds share the largest J: return the highest of them."
)
def test_best_threshold_on_a_tie(student, rng):
    """Among thresholds of equal J the highest is returned."""
    for _ in range(3):
        normal = rng.uniform(0, 0.3, 8)
        normal[:2] = rng.uniform(0.55, 0.6, 2)  # two false alarms of eight between two groups of abnormal images
        abnormal = np.concatenate([rng.uniform(0.4, 0.5, 1), rng.uniform(0.7, 0.9, 3)])
        order = rng.permutation(12)
        y_true, y_score = np.repeat([0, 1], [8, 4])[order], np.concatenate([normal, abnormal])[order]
        by_j = _youden(y_true, y_score)
        assert sum(j == max(by_j.values()) for j in by_j.values()) > 1  # the drawn case has a tie
        check_close(student.best_threshold(y_true, y_score), _best(y_true, y_score), **CLOSE, what="best_threshold")


@pytest.mark.item(
    "best_threshold", hint="Equal scores pass the threshold together; a score equal to it is called abnormal."
)
def test_best_threshold_with_tied_scores(student, rng):
    """The threshold is right when images share scores."""
    for decimals in (1, 2):
        y_true, y_score = _cases(rng, 32, 16, decimals=decimals, separation=1.5)
        check_close(student.best_threshold(y_true, y_score), _best(y_true, y_score), **CLOSE, what="best_threshold")


@pytest.mark.item("best_threshold", hint="Take the scores that occur, not a grid in [0, 1].")
def test_best_threshold_of_any_scores(student, rng):
    """Scores may be negative or large, and a perfect model's threshold is its lowest abnormal score."""
    y_true, y_score = _cases(rng, 16, 32, separation=1.5)
    scores = 100 * y_score - 70
    check_close(student.best_threshold(y_true, scores), _best(y_true, scores), **CLOSE, what="best_threshold")
    scores = 3 * y_true + y_score
    check_close(student.best_threshold(y_true, scores), scores[y_true == 1].min(), **CLOSE, what="best_threshold")


@pytest.mark.item("best_threshold", hint="as_cases sees lengths and NaN; that both classes occur is yours to check.")
def test_best_threshold_refuses_bad_input(student, rng):
    """One class only, unequal lengths and NaN scores raise ValueError; good input is left as it was."""
    y_true, y_score = _cases(rng, 8, 16, separation=1.5)
    reply = student.call("best_threshold", y_true.copy(), y_score.copy())
    check_close(reply.value, _best(y_true, y_score), **CLOSE, what="best_threshold")
    check_unchanged(reply, y_true, y_score)
    _check_refuses_bad_scores(student, "best_threshold", sample=(y_true, y_score))
    _check_one_class(student, "best_threshold", y_score, 0, 1)
