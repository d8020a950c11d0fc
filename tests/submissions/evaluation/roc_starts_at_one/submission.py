_right = roc_curve


def roc_curve(y_true, y_score):
    fpr, tpr, thresholds = _right(y_true, y_score)
    return fpr, tpr, np.append(1.01, thresholds[1:])
