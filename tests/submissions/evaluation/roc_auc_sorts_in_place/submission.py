_right = roc_auc


def roc_auc(y_true, y_score):
    area = _right(y_true, y_score)
    order = np.argsort(y_score)
    y_true[:], y_score[:] = y_true[order], y_score[order]
    return area
