def confusion_matrix(y_true, y_score, threshold=0.5):
    abnormal, score = as_cases(y_true, y_score)
    called = score >= threshold
    return np.array([[np.sum(~abnormal & ~called), np.sum(abnormal & ~called)],
                     [np.sum(~abnormal & called), np.sum(abnormal & called)]])


def sensitivity(y_true, y_score, threshold=0.5):
    (_, _), (fn, tp) = confusion_matrix(y_true, y_score, threshold)
    if not np.any(y_true):
        raise ValueError("no abnormal image")
    return tp / (tp + fn)


def specificity(y_true, y_score, threshold=0.5):
    (tn, fp), (_, _) = confusion_matrix(y_true, y_score, threshold)
    if np.all(y_true):
        raise ValueError("no normal image")
    return tn / (tn + fp)
