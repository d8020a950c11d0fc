def roc_auc(y_true, y_score):
    abnormal, score = as_cases(y_true, y_score)
    if abnormal.all() or not abnormal.any():
        raise ValueError("both classes are needed")
    return np.mean(score[abnormal][:, None] >= score[~abnormal][None, :])
