def roc_curve(y_true, y_score):
    abnormal, score = as_cases(y_true, y_score)
    if abnormal.all() or not abnormal.any():
        raise ValueError("both classes are needed")
    order = np.argsort(-score)
    tpr = np.append(0, np.cumsum(abnormal[order]) / abnormal.sum())
    fpr = np.append(0, np.cumsum(~abnormal[order]) / (~abnormal).sum())
    return fpr, tpr, np.append(np.inf, score[order])
