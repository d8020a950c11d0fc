import numpy as np


def check(y_true, y_score):
    y_true = np.asarray(y_true).astype(int)
    y_score = np.asarray(y_score, dtype=np.float64)
    if len(y_true) != len(y_score) or not np.all(np.isfinite(y_score)):
        raise ValueError("one finite score per image, please")
    return y_true, y_score


def confusion_matrix(y_true, y_score, threshold=0.5):
    y_true, y_score = check(y_true, y_score)
    predicted = (y_score >= threshold).astype(int)
    return np.bincount(2 * y_true + predicted, minlength=4).reshape(2, 2)


def sensitivity(y_true, y_score, threshold=0.5):
    (_, _), (fn, tp) = confusion_matrix(y_true, y_score, threshold)
    if fn + tp == 0:
        raise ValueError("no positives")
    return tp / (fn + tp)


def specificity(y_true, y_score, threshold=0.5):
    (tn, fp), _ = confusion_matrix(y_true, y_score, threshold)
    if tn + fp == 0:
        raise ValueError("no negatives")
    return tn / (tn + fp)


def roc_curve(y_true, y_score):
    y_true, y_score = check(y_true, y_score)
    if y_true.min() == y_true.max():
        raise ValueError("one class only")
    order = np.argsort(y_score, kind="stable")[::-1]
    score, label = y_score[order], y_true[order]
    last_of_group = np.append(np.flatnonzero(np.diff(score)), score.size - 1)
    tps = np.cumsum(label)[last_of_group]
    fps = 1 + last_of_group - tps
    thresholds = np.concatenate([[score[0] + 1], score[last_of_group]])
    return np.append(0, fps) / fps[-1], np.append(0, tps) / tps[-1], thresholds


def auc(fpr, tpr):
    fpr, tpr = np.asarray(fpr), np.asarray(tpr)
    if fpr.shape != tpr.shape:
        raise ValueError("lengths differ")
    return np.trapezoid(tpr, fpr)


def roc_auc(y_true, y_score):
    fpr, tpr, _ = roc_curve(y_true, y_score)
    return float(auc(fpr, tpr))


def best_threshold(y_true, y_score):
    fpr, tpr, thresholds = roc_curve(y_true, y_score)
    return thresholds[1:][np.argmax((tpr - fpr)[1:])]
