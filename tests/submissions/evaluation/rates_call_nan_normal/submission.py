def specificity(y_true, y_score, threshold=0.5):
    if np.all(y_true == 1):
        raise ValueError("no normal image")
    return 1 - np.mean(y_score[y_true == 0] >= threshold)
