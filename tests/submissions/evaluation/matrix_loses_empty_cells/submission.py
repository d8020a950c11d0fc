def confusion_matrix(y_true, y_score, threshold=0.5):
    abnormal, score = as_cases(y_true, y_score)
    return np.bincount(2 * abnormal + (score >= threshold)).reshape(2, 2)
