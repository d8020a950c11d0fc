def best_threshold(y_true, y_score):
    abnormal, score = as_cases(y_true, y_score)
    if abnormal.all() or not abnormal.any():
        raise ValueError("both classes are needed")
    thresholds = np.unique(score)[::-1]
    return thresholds[np.argmax([np.mean((score >= t) == abnormal) for t in thresholds])]
