_right = roc_auc


def roc_auc(y_true, y_score):
    return 1 - _right(y_true, y_score)
