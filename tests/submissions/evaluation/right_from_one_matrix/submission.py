def confusion_matrix(y_true, y_score, threshold=0.5):
    abnormal, score = as_cases(y_true=y_true, y_score=y_score)
    counts = np.zeros((2, 2), dtype=int)
    for truth, value in zip(abnormal, score):
        counts[int(truth), int(value >= threshold)] += 1
    return counts


def sensitivity(y_true, y_score, threshold=0.5):
    counts = confusion_matrix(threshold=threshold, y_score=y_score, y_true=y_true)
    if counts[1].sum() == 0:
        raise ValueError("0/0")
    return counts[1, 1] / counts[1].sum()


def specificity(y_true, y_score, threshold=0.5):
    counts = confusion_matrix(threshold=threshold, y_score=y_score, y_true=y_true)
    if counts[0].sum() == 0:
        raise ValueError("0/0")
    return counts[0, 0] / counts[0].sum()


def roc_curve(y_true, y_score):
    _, score = as_cases(y_true, y_score)
    thresholds = np.array([max(score) + 1, *sorted(set(score), reverse=True)])
    tpr = np.array([sensitivity(y_true, y_score, threshold=t) for t in thresholds])
    fpr = np.array([1 - specificity(y_true, y_score, threshold=t) for t in thresholds])
    return fpr, tpr, thresholds


def auc(fpr, tpr):
    if len(tpr) != len(fpr):
        raise ValueError("len(tpr) != len(fpr)")
    return np.trapezoid(y=tpr, x=fpr)


def roc_auc(y_true, y_score):
    fpr, tpr, _ = roc_curve(y_score=y_score, y_true=y_true)
    return auc(tpr=tpr, fpr=fpr)


def best_threshold(y_true, y_score):
    fpr, tpr, thresholds = roc_curve(y_true, y_score)
    j = dict(zip(thresholds[1:], tpr[1:] - fpr[1:]))
    return max(j, key=j.get)
