def best_threshold(y_true, y_score):
    abnormal, score = as_cases(y_true, y_score)
    if abnormal.all() or not abnormal.any():
        raise ValueError("both classes are needed")
    order = np.argsort(-score, kind="stable")
    j = np.cumsum(abnormal[order]) / abnormal.sum() - np.cumsum(~abnormal[order]) / (~abnormal).sum()
    return score[order][np.argmax(j)]
