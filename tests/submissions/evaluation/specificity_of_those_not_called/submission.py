def specificity(y_true, y_score, threshold=0.5):
    abnormal, score = as_cases(y_true, y_score)
    if abnormal.all():
        raise ValueError("no normal image")
    return np.mean(~abnormal[score < threshold])
