def sensitivity(y_true, y_score, threshold=0.5):
    abnormal, score = as_cases(y_true, y_score)
    if not abnormal.any():
        raise ValueError("no abnormal image")
    return np.mean(score[~abnormal] < threshold)


def specificity(y_true, y_score, threshold=0.5):
    abnormal, score = as_cases(y_true, y_score)
    if abnormal.all():
        raise ValueError("no normal image")
    return np.mean(score[abnormal] >= threshold)
