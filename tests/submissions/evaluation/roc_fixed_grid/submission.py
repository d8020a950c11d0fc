def roc_curve(y_true, y_score):
    abnormal, score = as_cases(y_true, y_score)
    if abnormal.all() or not abnormal.any():
        raise ValueError("both classes are needed")
    thresholds = np.linspace(1, 0, 101)
    tpr = np.array([np.mean(score[abnormal] >= t) for t in thresholds])
    fpr = np.array([np.mean(score[~abnormal] >= t) for t in thresholds])
    return fpr, tpr, thresholds
