def specificity(y_true, y_score, threshold=0.5):
    abnormal, score = as_cases(y_true, y_score)
    return np.sum(score[~abnormal] < threshold) / np.sum(~abnormal)
