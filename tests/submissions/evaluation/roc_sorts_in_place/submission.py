_right = roc_curve


def roc_curve(y_true, y_score):
    curve = _right(y_true, y_score)
    order = np.argsort(y_score)
    y_true[:], y_score[:] = y_true[order], y_score[order]
    return curve
