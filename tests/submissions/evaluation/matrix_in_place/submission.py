def confusion_matrix(y_true, y_score, threshold=0.5):
    as_cases(y_true, y_score)
    y_score[:] = y_score >= threshold
    return np.array([[np.sum((y_true == row) & (y_score == column)) for column in (0, 1)] for row in (0, 1)])
