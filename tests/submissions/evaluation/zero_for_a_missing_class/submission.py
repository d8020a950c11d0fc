def sensitivity(y_true, y_score, threshold=0.5):
    abnormal, score = as_cases(y_true, y_score)
    return np.mean(score[abnormal] >= threshold) if abnormal.any() else 0.0
