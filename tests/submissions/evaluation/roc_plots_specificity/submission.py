_right = roc_curve


def roc_curve(y_true, y_score):
    fpr, tpr, thresholds = _right(y_true, y_score)
    return 1 - fpr, tpr, thresholds
