import numpy as np


def _cases(y_true, y_score):
    y_true, y_score = np.array(y_true), np.array(y_score, dtype=float)
    if y_true.shape != y_score.shape:
        raise ValueError("labels and scores differ in length")
    if np.isnan(y_score).any():
        raise ValueError("a score is NaN")
    return y_true == 1, y_score


def _both(abnormal):
    if abnormal.all() or not abnormal.any():
        raise ValueError("both classes are needed")


def confusion_matrix(y_true, y_score, threshold=0.5):
    abnormal, score = _cases(y_true, y_score)
    called = score >= threshold
    return np.array(
        [
            [np.sum(~abnormal & ~called), np.sum(~abnormal & called)],
            [np.sum(abnormal & ~called), np.sum(abnormal & called)],
        ]
    )


def sensitivity(y_true, y_score, threshold=0.5):
    abnormal, score = _cases(y_true, y_score)
    if not abnormal.any():
        raise ValueError("no abnormal image")
    return np.mean(score[abnormal] >= threshold)


def specificity(y_true, y_score, threshold=0.5):
    abnormal, score = _cases(y_true, y_score)
    if abnormal.all():
        raise ValueError("no normal image")
    return np.mean(score[~abnormal] < threshold)


def roc_curve(y_true, y_score):
    abnormal, score = _cases(y_true, y_score)
    _both(abnormal)
    thresholds = np.concatenate([[np.inf], np.unique(score)[::-1]])
    tpr = np.array([np.mean(score[abnormal] >= t) for t in thresholds])
    fpr = np.array([np.mean(score[~abnormal] >= t) for t in thresholds])
    return fpr, tpr, thresholds


def auc(fpr, tpr):
    if len(fpr) != len(tpr):
        raise ValueError("fpr and tpr differ in length")
    return np.sum(np.diff(fpr) * (tpr[1:] + tpr[:-1]) / 2)


def roc_auc(y_true, y_score):
    abnormal, score = _cases(y_true, y_score)
    _both(abnormal)
    from sklearn.metrics import roc_auc_score

    return roc_auc_score(abnormal, score)


def best_threshold(y_true, y_score):
    abnormal, score = _cases(y_true, y_score)
    _both(abnormal)
    best, best_j = None, -np.inf
    for t in np.unique(score)[::-1]:
        j = np.mean(score[abnormal] >= t) - np.mean(score[~abnormal] >= t)
        if j > best_j:
            best, best_j = t, j
    return best
