_right = roc_curve


def roc_curve(y_true, y_score):
    fpr, tpr, thresholds = _right(y_true, y_score)
    return tpr, fpr, thresholds


def roc_auc(y_true, y_score):
    return auc(*roc_curve(y_true, y_score)[:2])


def best_threshold(y_true, y_score):
    fpr, tpr, thresholds = roc_curve(y_true, y_score)
    return thresholds[1:][np.argmax((tpr - fpr)[1:])]
