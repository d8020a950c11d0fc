"""Public tests of ``evaluation``: students see and run these with ``check("roc_auc")`` and so on.

The expected numbers were counted by hand.  They are quotients of whole numbers below 100, so any way of computing
them errs by a few roundings of 2.2e-16; EXACT leaves room.
"""

import numpy as np
import pytest

from autograder.grading.checks import check_close, check_raises

EXACT = {"rtol": 1e-9, "atol": 1e-9}

# Six normal and four abnormal images; counts differ in every cell of the matrix, and no score is equal to 0.5.
Y_TRUE = np.array([0, 1, 0, 0, 1, 0, 1, 0, 1, 0])
Y_SCORE = np.array([0.1, 0.9, 0.52, 0.3, 0.4, 0.2, 0.7, 0.6, 0.55, 0.2])
INPUT = f"y_true={Y_TRUE.tolist()}, y_score={Y_SCORE.tolist()}"


@pytest.mark.item(
    "confusion_matrix",
    hint="Counts, [[TN, FP], [FN, TP]]: N and P are what the model said, at 0.5 unless told otherwise.",
)
def test_confusion_matrix_by_hand(student):
    """Of ten images at threshold 0.5: TN 4, FP 2, FN 1, TP 3."""
    value = student.confusion_matrix(Y_TRUE, Y_SCORE)
    check_close(value, np.array([[4, 2], [1, 3]]), what=f"confusion_matrix({INPUT}, threshold=0.5)")


@pytest.mark.item("confusion_matrix", hint="Use the threshold that comes in, with score >= threshold.")
def test_confusion_matrix_at_another_threshold(student):
    """At threshold 0.7, where one score is equal to it: TN 6, FP 0, FN 2, TP 2."""
    value = student.confusion_matrix(Y_TRUE, Y_SCORE, threshold=0.7)
    check_close(value, np.array([[6, 0], [2, 2]]), what=f"confusion_matrix({INPUT}, threshold=0.7)")


@pytest.mark.item(
    "sensitivity_specificity", hint="TP / (TP + FN), a share of the abnormal images alone; abnormal is >=, not >."
)
def test_sensitivity_by_hand(student):
    """Sensitivity is 3/4 at threshold 0.5 and 2/4 at 0.7."""
    check_close(student.sensitivity(Y_TRUE, Y_SCORE), 0.75, **EXACT, what=f"sensitivity({INPUT}, threshold=0.5)")
    check_close(
        student.sensitivity(Y_TRUE, Y_SCORE, threshold=0.7), 0.5, **EXACT, what=f"sensitivity({INPUT}, threshold=0.7)"
    )


@pytest.mark.item(
    "sensitivity_specificity", hint="TN / (TN + FP), a share of the normal images alone; normal is <, not <=."
)
def test_specificity_by_hand(student):
    """Specificity is 4/6 at threshold 0.5 and 3/6 at 0.3."""
    check_close(student.specificity(Y_TRUE, Y_SCORE), 4 / 6, **EXACT, what=f"specificity({INPUT}, threshold=0.5)")
    check_close(
        student.specificity(Y_TRUE, Y_SCORE, threshold=0.3), 0.5, **EXACT, what=f"specificity({INPUT}, threshold=0.3)"
    )


@pytest.mark.item("sensitivity_specificity", hint="0/0 is no number: raise ValueError when the class is missing.")
def test_sensitivity_needs_abnormal_images(student):
    """Sensitivity without an abnormal image raises ValueError."""
    check_close(
        student.sensitivity(np.array([0, 1]), np.array([0.2, 0.8])),
        1.0,
        **EXACT,
        what="sensitivity([0, 1], [0.2, 0.8])",
    )
    check_raises(student, "sensitivity", np.array([0, 0]), np.array([0.2, 0.8]))


@pytest.mark.item(
    "roc_curve",
    hint="fpr = 1 - specificity, tpr = sensitivity: (0, 0), then one point for each distinct score, highest first.",
)
def test_roc_curve_by_hand(student):
    """Five images with four distinct scores give five points from (0, 0) to (1, 1)."""
    fpr, tpr, thresholds = student.roc_curve(np.array([1, 0, 1, 0, 1]), np.array([0.9, 0.4, 0.4, 0.2, 0.6]))
    call = "roc_curve([1, 0, 1, 0, 1], [0.9, 0.4, 0.4, 0.2, 0.6])"
    check_close(fpr, np.array([0, 0, 0, 0.5, 1]), **EXACT, what=f"fpr of {call}")
    check_close(tpr, np.array([0, 1 / 3, 2 / 3, 1, 1]), **EXACT, what=f"tpr of {call}")
    last_four = np.asarray(thresholds)[-4:]
    check_close(last_four, np.array([0.9, 0.6, 0.4, 0.2]), **EXACT, what=f"the last four thresholds of {call}")


@pytest.mark.item("auc", hint="Width times mean height for each piece: (x2 - x1) (y1 + y2) / 2, added up.")
def test_auc_by_hand(student):
    """The area under (0, 0), (0.2, 0.6), (1, 1) is 0.06 + 0.64 = 0.7."""
    value = student.auc(np.array([0.0, 0.2, 1.0]), np.array([0.0, 0.6, 1.0]))
    check_close(value, 0.7, **EXACT, what="auc([0, 0.2, 1], [0, 0.6, 1])")


@pytest.mark.item(
    "roc_auc", hint="The share of pairs, in whatever order they come, where the abnormal score is higher."
)
def test_roc_auc_by_hand(student):
    """Of six pairs of an abnormal and a normal image, five are in the right order."""
    value = student.roc_auc(np.array([1, 0, 1, 0, 1]), np.array([0.8, 0.4, 0.3, 0.1, 0.9]))
    check_close(value, 5 / 6, **EXACT, what="roc_auc([1, 0, 1, 0, 1], [0.8, 0.4, 0.3, 0.1, 0.9])")


@pytest.mark.item("roc_auc", hint="A pair with equal scores counts one half.")
def test_roc_auc_with_ties(student):
    """Of two pairs one is in the right order and one is tied, which makes 0.75."""
    value = student.roc_auc(np.array([0, 1, 1]), np.array([0.3, 0.3, 0.8]))
    check_close(value, 0.75, **EXACT, what="roc_auc([0, 1, 1], [0.3, 0.3, 0.8])")


@pytest.mark.item(
    "best_threshold",
    hint="The score, not J itself, with the largest J = sensitivity + specificity - 1; of equal J the highest.",
)
def test_best_threshold_by_hand(student):
    """For 0.1, 0.2, 0.3, 0.6 (normal) and 0.4, 0.7, 0.8, 0.9 (abnormal) both 0.4 and 0.7 have J = 3/4: take 0.7."""
    y_true = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    y_score = np.array([0.1, 0.2, 0.3, 0.6, 0.4, 0.7, 0.8, 0.9])
    check_close(
        student.best_threshold(y_true, y_score),
        0.7,
        **EXACT,
        what=f"best_threshold({y_true.tolist()}, {y_score.tolist()})",
    )
