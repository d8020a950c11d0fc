def confusion_matrix(y_true, y_score, threshold=0.5):
    abnormal, score = as_cases(y_true, y_score)
    return np.bincount(2 * abnormal + (score >= threshold), minlength=4).reshape(2, 2)


def sensitivity(y_true, y_score, threshold=0.5):
    abnormal, score = as_cases(y_true, y_score)
    positives = np.sort(score[abnormal])
    if positives.size == 0:
        raise ValueError("sensitivity needs an abnormal image")
    return 1 - np.searchsorted(positives, threshold) / positives.size


def specificity(y_true, y_score, threshold=0.5):
    abnormal, score = as_cases(y_true, y_score)
    negatives = np.sort(score[~abnormal])
    if negatives.size == 0:
        raise ValueError("specificity needs a normal image")
    return np.searchsorted(negatives, threshold) / negatives.size


def roc_curve(y_true, y_score):
    abnormal, score = as_cases(y_true, y_score)
    if len(set(abnormal.tolist())) < 2:
        raise ValueError("both classes, please")
    values, group = np.unique(-score, return_inverse=True)
    found = np.cumsum(np.bincount(group, weights=abnormal))
    alarms = np.cumsum(np.bincount(group, weights=~abnormal))
    return np.insert(alarms, 0, 0) / alarms[-1], np.insert(found, 0, 0) / found[-1], np.insert(-values, 0, np.inf)


def auc(fpr, tpr):
    if np.size(fpr) != np.size(tpr):
        raise ValueError("as many heights as places, please")
    return np.dot(np.diff(fpr), tpr[:-1]) + np.dot(np.diff(fpr), np.diff(tpr)) / 2


def roc_auc(y_true, y_score):
    abnormal, score = as_cases(y_true, y_score)
    n_abnormal, n_normal = np.sum(abnormal), np.sum(~abnormal)
    if n_abnormal * n_normal == 0:
        raise ValueError("both classes, please")
    _, group, counts = np.unique(score, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[group]
    return (np.sum(ranks[abnormal]) - n_abnormal * (n_abnormal + 1) / 2) / (n_abnormal * n_normal)


def best_threshold(y_true, y_score):
    abnormal, score = as_cases(y_true, y_score)
    if abnormal.all() or not abnormal.any():
        raise ValueError("both classes, please")
    weights = np.where(abnormal, np.sum(~abnormal), -np.sum(abnormal))
    values, group = np.unique(score, return_inverse=True)
    j = np.zeros(values.size, dtype=int)
    np.add.at(j, group, weights)
    j = np.cumsum(j[::-1])
    return values[::-1][j.argmax()]
