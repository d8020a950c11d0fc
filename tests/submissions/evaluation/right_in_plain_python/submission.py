import math

import numpy as np


def _pairs(y_true, y_score):
    if len(y_true) != len(y_score):
        raise ValueError(f"{len(y_true)} labels but {len(y_score)} scores")
    if any(math.isnan(s) for s in y_score):
        raise ValueError("NaN among the scores")
    return [(int(t), float(s)) for t, s in zip(y_true, y_score, strict=True)]


def _split(y_true, y_score):
    pairs = _pairs(y_true, y_score)
    positives = [s for t, s in pairs if t == 1]
    negatives = [s for t, s in pairs if t == 0]
    if not positives or not negatives:
        raise ValueError("only one class")
    return positives, negatives


def confusion_matrix(y_true, y_score, threshold=0.5):
    m = np.zeros((2, 2))
    for t, s in _pairs(y_true, y_score):
        m[t, 1 if s >= threshold else 0] += 1
    return m


def sensitivity(y_true, y_score, threshold=0.5):
    positives, _ = _split(y_true, y_score)
    return sum(s >= threshold for s in positives) / len(positives)


def specificity(y_true, y_score, threshold=0.5):
    _, negatives = _split(y_true, y_score)
    return 1 - sum(s >= threshold for s in negatives) / len(negatives)


def roc_curve(y_true, y_score):
    positives, negatives = _split(y_true, y_score)
    thresholds = sorted(set(positives + negatives), reverse=True)
    fpr, tpr = [0.0], [0.0]
    for t in thresholds:
        fpr.append(sum(s >= t for s in negatives) / len(negatives))
        tpr.append(sum(s >= t for s in positives) / len(positives))
    return np.array(fpr), np.array(tpr), np.array(thresholds)


def auc(fpr, tpr):
    if len(fpr) != len(tpr):
        raise ValueError("fpr and tpr must go together")
    area = 0.0
    for i in range(1, len(fpr)):
        area += (fpr[i] - fpr[i - 1]) * (tpr[i] + tpr[i - 1]) / 2
    return area


def roc_auc(y_true, y_score):
    positives, negatives = _split(y_true, y_score)
    wins = sum(1.0 if p > n else 0.5 if p == n else 0.0 for p in positives for n in negatives)
    return wins / (len(positives) * len(negatives))


def best_threshold(y_true, y_score):
    candidates = sorted({float(s) for s in y_score}, reverse=True)
    return max(candidates, key=lambda t: sensitivity(y_true, y_score, t) + specificity(y_true, y_score, t) - 1)
