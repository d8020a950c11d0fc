def confusion_matrix(y_true, y_score, threshold=0):
    abnormal, score = as_cases(y_true, y_score)
    called = score >= threshold
    return np.array([[np.sum(~abnormal & ~called), np.sum(~abnormal & called)],
                     [np.sum(abnormal & ~called), np.sum(abnormal & called)]])
