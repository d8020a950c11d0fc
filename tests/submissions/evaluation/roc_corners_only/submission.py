_right = roc_curve


def roc_curve(y_true, y_score):
    curve = np.array(_right(y_true, y_score))
    turns = np.any(np.abs(np.diff(curve[:2], 2)) > 1e-9, axis=0)
    return tuple(curve[:, np.concatenate([[True], turns, [True]])])
