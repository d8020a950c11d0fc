def checked(y_true, y_score):
    y_true, y_score = np.asarray(y_true), np.asarray(y_score)
    if y_true.shape != y_score.shape or y_score.ndim != 1:
        raise ValueError("y_true and y_score do not match")
    if np.any(y_score != y_score):
        raise ValueError("NaN among the scores")
    return y_true.copy(), y_score.copy()


def confusion_matrix(y_true, y_score, threshold=0.5):
    y_true, y_score = checked(y_true, y_score)
    said = np.where(y_score < threshold, 0, 1)
    tp, tn = int(np.sum(y_true * said)), int(np.sum((1 - y_true) * (1 - said)))
    return np.array([[tn, int(np.sum(y_true == 0)) - tn], [int(np.sum(y_true)) - tp, tp]])


def sensitivity(y_true, y_score, threshold=0.5):
    (_, _), (fn, tp) = confusion_matrix(y_true, y_score, threshold).tolist()
    if tp + fn == 0:
        raise ValueError("no abnormal image at all")
    return tp / (tp + fn)


def specificity(y_true, y_score, threshold=0.5):
    (tn, fp), (_, _) = confusion_matrix(y_true, y_score, threshold).tolist()
    if tn + fp == 0:
        raise ValueError("no normal image at all")
    return float(tn) / float(tn + fp)


def roc_curve(y_true, y_score):
    y_true, y_score = checked(y_true, y_score)
    if y_true.min() == y_true.max():
        raise ValueError("only one class")
    thresholds = np.flip(np.unique(y_score))
    fpr = np.array([0.0] + [1 - specificity(y_true, y_score, t) for t in thresholds])
    tpr = np.array([0.0] + [sensitivity(y_true, y_score, t) for t in thresholds])
    return fpr, tpr, thresholds


def auc(fpr, tpr):
    if len(fpr) != len(tpr):
        raise ValueError("unequal lengths")
    area = 0
    for i in range(len(fpr) - 1):
        width = fpr[i + 1] - fpr[i]
        area = area + width * tpr[i] + width * (tpr[i + 1] - tpr[i]) / 2
    return float(area)


def roc_auc(y_true, y_score):
    fpr, tpr, thresholds = roc_curve(y_true, y_score)
    return auc(fpr, tpr)


def best_threshold(y_true, y_score):
    y_true, y_score = checked(y_true, y_score)
    if y_true.min() == y_true.max():
        raise ValueError("only one class")
    ranked = sorted(
        set(y_score.tolist()), key=lambda t: (sensitivity(y_true, y_score, t) + specificity(y_true, y_score, t), t)
    )
    return ranked[-1]
