_right = roc_curve


def roc_curve(y_true, y_score):
    fpr, tpr, thresholds = _right(y_true, y_score)
    return fpr[1:], tpr[1:], thresholds[1:]
