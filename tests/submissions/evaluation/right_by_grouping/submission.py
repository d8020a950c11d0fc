import bisect
import itertools
import math
from collections import Counter


def pairs(y_true, y_score):
    if len(y_true) != len(y_score):
        raise ValueError("lengths differ")
    if not all(map(math.isfinite, y_score)):
        raise ValueError("a score is missing")
    return list(zip(map(float, y_score), map(int, y_true)))


def confusion_matrix(y_true, y_score, threshold=0.5):
    counts = Counter((truth, score >= threshold) for score, truth in pairs(y_true, y_score))
    return np.array([[counts[0, False], counts[0, True]], [counts[1, False], counts[1, True]]])


def rate(cases, label, good):
    mine = [score for score, truth in cases if truth == label]
    if not mine:
        raise ValueError(f"no image of class {label}")
    return len(list(filter(good, mine))) / len(mine)


def sensitivity(y_true, y_score, threshold=0.5):
    return rate(pairs(y_true, y_score), 1, lambda score: score >= threshold)


def specificity(y_true, y_score, threshold=0.5):
    return rate(pairs(y_true, y_score), 0, lambda score: not score >= threshold)


def roc_curve(y_true, y_score):
    cases = sorted(pairs(y_true, y_score), reverse=True)
    total = Counter(truth for _, truth in cases)
    if len(total) < 2:
        raise ValueError("one class only")
    fpr, tpr, thresholds = [0.0], [0.0], [math.inf]
    seen = Counter()
    for score, group in itertools.groupby(cases, key=lambda case: case[0]):
        seen.update(truth for _, truth in group)
        fpr.append(seen[0] / total[0])
        tpr.append(seen[1] / total[1])
        thresholds.append(score)
    return np.array(fpr), np.array(tpr), np.array(thresholds)


def auc(fpr, tpr):
    points = list(zip(fpr, tpr, strict=True))
    return math.fsum((x2 - x1) * (y1 + y2) / 2 for (x1, y1), (x2, y2) in itertools.pairwise(points))


def roc_auc(y_true, y_score):
    cases = pairs(y_true, y_score)
    normal = sorted(score for score, truth in cases if truth == 0)
    abnormal = [score for score, truth in cases if truth == 1]
    if not normal or not abnormal:
        raise ValueError("one class only")
    beaten = sum(bisect.bisect_left(normal, s) + bisect.bisect_right(normal, s) for s in abnormal) / 2
    return beaten / len(normal) / len(abnormal)


def best_threshold(y_true, y_score):
    fpr, tpr, thresholds = roc_curve(y_true, y_score)
    best = 1
    for i in range(2, len(thresholds)):
        if tpr[i] - fpr[i] > tpr[best] - fpr[best]:
            best = i
    return thresholds[best]
