def confusion_matrix(y_true, y_score, threshold=0.5):
    called = y_score >= threshold
    return np.array([[np.sum((y_true == row) & (called == column)) for column in (0, 1)] for row in (0, 1)])
