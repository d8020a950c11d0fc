def roc_auc(y_true, y_score):
    abnormal, score = as_cases(y_true, y_score)
    if abnormal.all() or not abnormal.any():
        raise ValueError("both classes are needed")
    positives, negatives = score[abnormal], score[~abnormal]
    below = np.searchsorted(negatives, positives, "left")
    not_above = np.searchsorted(negatives, positives, "right")
    return np.mean(below + not_above) / 2 / negatives.size
