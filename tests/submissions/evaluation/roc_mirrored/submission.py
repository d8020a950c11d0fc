_right = roc_curve


def roc_curve(y_true, y_score):
    fpr, tpr, thresholds = _right(y_true, y_score)
    return (tpr, fpr, thresholds) if auc(fpr, tpr) < 0.5 else (fpr, tpr, thresholds)
