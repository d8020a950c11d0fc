def confusion_matrix(y_true, y_score, threshold=0.5):
    abnormal, score = as_cases(y_true, y_score)
    called = score >= 0.5
    return np.array([[np.sum(~abnormal & ~called), np.sum(~abnormal & called)],
                     [np.sum(abnormal & ~called), np.sum(abnormal & called)]])
