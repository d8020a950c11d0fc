"""Measures of a diagnostic test in NumPy: the reference for the assignment ``evaluation``.

Sources: Fawcett (2006), "An introduction to ROC analysis"; Hanley and McNeil (1982), "The meaning and
use of the area under a receiver operating characteristic (ROC) curve"; Youden (1950), "Index for rating
diagnostic tests".
"""

import numpy as np


def as_cases(y_true, y_score):
    """Given to you: labels and scores as two new arrays, checked.

    Args:
        y_true: (n,) 0 for normal, 1 for abnormal.
        y_score: (n,) real numbers; the higher, the more abnormal the model finds the image.

    Returns:
        Two arrays of shape (n,): bool (True for abnormal) and float64.

    Raises:
        ValueError: not one-dimensional, empty, of unequal lengths, a label other than 0 and 1, or a score that is NaN
            or infinite.
    """
    labels, scores = np.array(y_true), np.array(y_score, dtype=np.float64)
    if labels.ndim != 1 or labels.shape != scores.shape or labels.size == 0:
        raise ValueError(f"y_true and y_score must be (n,) and as long as each other: {labels.shape}, {scores.shape}")
    if not np.isin(labels, (0, 1)).all():
        raise ValueError(f"y_true must hold 0 (normal) and 1 (abnormal) only, got {np.unique(labels)}")
    if not np.isfinite(scores).all():
        raise ValueError("y_score holds NaN or an infinite number: every image needs a score")
    return labels.astype(bool), scores


def confusion_matrix(y_true, y_score, threshold=0.5):
    """The four counts of a diagnostic test, [[TN, FP], [FN, TP]], about 6 lines.

    Rows are the truth (normal, abnormal), columns what the model said (normal, abnormal).

    Args:
        y_true: (n,) 0 for normal, 1 for abnormal.
        y_score: (n,) finite real numbers.
        threshold: an image is called abnormal when its score >= threshold.

    Returns:
        (2, 2) array of whole numbers that add up to n.

    Raises:
        ValueError: unequal lengths, or a NaN among the scores (as_cases sees to that).
    """
    ### BEGIN SOLUTION
    abnormal, score = as_cases(y_true, y_score)
    called = score >= threshold
    tn = np.sum(~abnormal & ~called)
    fp = np.sum(~abnormal & called)
    fn = np.sum(abnormal & ~called)
    tp = np.sum(abnormal & called)
    return np.array([[tn, fp], [fn, tp]])
    ### END SOLUTION


def sensitivity(y_true, y_score, threshold=0.5):
    """Share of the abnormal images that are called abnormal: TP / (TP + FN), about 4 lines.

    Args:
        y_true: (n,) 0 for normal, 1 for abnormal.
        y_score: (n,) finite real numbers.
        threshold: an image is called abnormal when its score >= threshold.

    Returns:
        One number in [0, 1].

    Raises:
        ValueError: unequal lengths, NaN scores, or no abnormal image (0/0; this check is yours).
    """
    ### BEGIN SOLUTION
    abnormal, score = as_cases(y_true, y_score)
    if not abnormal.any():
        raise ValueError("sensitivity is undefined: y_true holds no abnormal case")
    return float(np.mean(score[abnormal] >= threshold))
    ### END SOLUTION


def specificity(y_true, y_score, threshold=0.5):
    """Share of the normal images that are called normal: TN / (TN + FP), about 4 lines.

    Args:
        y_true: (n,) 0 for normal, 1 for abnormal.
        y_score: (n,) finite real numbers.
        threshold: an image is called abnormal when its score >= threshold.

    Returns:
        One number in [0, 1].

    Raises:
        ValueError: unequal lengths, NaN scores, or no normal image (0/0; this check is yours).
    """
    ### BEGIN SOLUTION
    abnormal, score = as_cases(y_true, y_score)
    if abnormal.all():
        raise ValueError("specificity is undefined: y_true holds no normal case")
    return float(np.mean(score[~abnormal] < threshold))
    ### END SOLUTION


def roc_curve(y_true, y_score):
    """The ROC curve: one point for each distinct score taken as the threshold, about 8 lines.

    Args:
        y_true: (n,) 0 for normal, 1 for abnormal; both must occur.
        y_score: (n,) finite real numbers in any order, ties allowed.

    Returns:
        Three arrays fpr, tpr, thresholds: the false positive rate (1 - specificity) and the true positive
        rate (sensitivity) when score >= threshold is called abnormal. Thresholds fall, so the curve
        rises from (0, 0) to (1, 1). With k distinct scores there are k + 1 points: the point (0, 0)
        belongs to a threshold above every score, for which np.inf stands first in thresholds.

    Raises:
        ValueError: unequal lengths, NaN scores, or one class only (this last check is yours).
    """
    ### BEGIN SOLUTION
    abnormal, score = as_cases(y_true, y_score)
    if abnormal.all() or not abnormal.any():
        raise ValueError("an ROC curve needs both classes: y_true holds only one")
    thresholds = np.append(np.inf, np.unique(score)[::-1])  # np.unique sorts upwards
    positives, negatives = np.sort(score[abnormal]), np.sort(score[~abnormal])
    # searchsorted counts the scores below a threshold; the share above is one minus theirs.
    tpr = 1 - np.searchsorted(positives, thresholds) / positives.size
    fpr = 1 - np.searchsorted(negatives, thresholds) / negatives.size
    return fpr, tpr, thresholds
    ### END SOLUTION


def auc(fpr, tpr):
    """The area under the straight lines that join the points of a curve (trapezoids), about 4 lines.

    Args:
        fpr: (k,) x-coordinates in rising order (equal neighbours allowed), k >= 2.
        tpr: (k,) y-coordinates.

    Returns:
        One number; in [0, 1] for an ROC curve.

    Raises:
        ValueError: unequal lengths (this check is yours).
    """
    ### BEGIN SOLUTION
    fpr, tpr = np.asarray(fpr, dtype=np.float64), np.asarray(tpr, dtype=np.float64)
    if fpr.ndim != 1 or fpr.shape != tpr.shape or fpr.size < 2:
        raise ValueError(f"fpr and tpr must be (k,), k >= 2, and as long as each other: {fpr.shape}, {tpr.shape}")
    mean_height = (tpr[1:] + tpr[:-1]) / 2
    return float(np.sum(np.diff(fpr) * mean_height))
    ### END SOLUTION


def roc_auc(y_true, y_score):
    """AUC without a curve: P(abnormal scores above normal) + P(tie) / 2, about 6 lines.

    Args:
        y_true: (n,) 0 for normal, 1 for abnormal; both must occur.
        y_score: (n,) finite real numbers in any order; a tied pair counts one half.

    Returns:
        One number in [0, 1]: 1 for perfect order, 0.5 for chance, below 0.5 for the wrong way round.

    Raises:
        ValueError: unequal lengths, NaN scores, or one class only.
    """
    ### BEGIN SOLUTION
    abnormal, score = as_cases(y_true, y_score)
    if abnormal.all() or not abnormal.any():
        raise ValueError("the AUC needs both classes: y_true holds only one")
    positives, negatives = score[abnormal][:, None], score[~abnormal][None, :]
    return float(np.mean(positives > negatives) + np.mean(positives == negatives) / 2)
    ### END SOLUTION


def best_threshold(y_true, y_score):
    """The threshold with the largest Youden's J = sensitivity + specificity - 1, about 8 lines.

    Args:
        y_true: (n,) 0 for normal, 1 for abnormal; both must occur.
        y_score: (n,) finite real numbers in any order, ties allowed.

    Returns:
        One number: among the scores that occur in y_score the one with the largest J when
        score >= threshold is called abnormal; if several have the same J, the highest of them.

    Raises:
        ValueError: unequal lengths, NaN scores, or one class only.
    """
    ### BEGIN SOLUTION
    abnormal, score = as_cases(y_true, y_score)
    if abnormal.all() or not abnormal.any():
        raise ValueError("Youden's J needs both classes: y_true holds only one")
    positives, negatives = np.sort(score[abnormal]), np.sort(score[~abnormal])
    thresholds = np.unique(score)[::-1]  # from the highest down: argmax takes the first of equals
    tp = positives.size - np.searchsorted(positives, thresholds)
    fp = negatives.size - np.searchsorted(negatives, thresholds)
    # J = tp / P - fp / N, times P N: whole numbers, so that equal J stay equal.
    return float(thresholds[np.argmax(tp * negatives.size - fp * positives.size)])
    ### END SOLUTION
