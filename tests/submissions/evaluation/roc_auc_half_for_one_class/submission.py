_right = roc_auc


def roc_auc(y_true, y_score):
    abnormal, _ = as_cases(y_true, y_score)
    return _right(y_true, y_score) if abnormal.any() and not abnormal.all() else 0.5
