def split(y_true, y_score):
    abnormal, score = as_cases(y_true, y_score)
    return score[~abnormal], score[abnormal]


def confusion_matrix(y_true, y_score, threshold=0.5):
    normal, abnormal = split(y_true, y_score)
    return np.stack([np.bincount(scores >= threshold, minlength=2) for scores in (normal, abnormal)]).astype(float)


def sensitivity(y_true, y_score, threshold=0.5):
    _, abnormal = split(y_true, y_score)
    if len(abnormal) == 0:
        raise ValueError("undefined without abnormal images")
    return np.average(abnormal >= threshold)


def specificity(y_true, y_score, threshold=0.5):
    normal, _ = split(y_true, y_score)
    if len(normal) == 0:
        raise ValueError("undefined without normal images")
    return np.count_nonzero(normal < threshold) / len(normal)


def roc_curve(y_true, y_score):
    normal, abnormal = split(y_true, y_score)
    if not (normal.size and abnormal.size):
        raise ValueError("undefined without two classes")
    distinct = np.sort(np.unique(np.concatenate([normal, abnormal])))[::-1]
    thresholds = np.concatenate([[np.nextafter(distinct[0], np.inf)], distinct])
    fpr, tpr = ((scores >= thresholds[:, np.newaxis]).mean(axis=1) for scores in (normal, abnormal))
    return fpr, tpr, thresholds


def auc(fpr, tpr):
    x, y = np.array(fpr), np.array(tpr)
    if x.shape != y.shape:
        raise ValueError(f"{x.shape} against {y.shape}")
    return ((x[1:] - x[:-1]) @ (y[1:] + y[:-1])) / 2


def roc_auc(y_true, y_score):
    normal, abnormal = split(y_true, y_score)
    if not (normal.size and abnormal.size):
        raise ValueError("undefined without two classes")
    return (1 + np.sign(np.subtract.outer(abnormal, normal)).mean()) / 2


def best_threshold(y_true, y_score):
    normal, abnormal = split(y_true, y_score)
    if not (normal.size and abnormal.size):
        raise ValueError("undefined without two classes")
    thresholds = np.unique(np.append(normal, abnormal))
    called = thresholds[:, None] <= np.append(normal, abnormal)
    j = called[:, normal.size:].sum(axis=1) * normal.size - called[:, :normal.size].sum(axis=1) * abnormal.size
    return thresholds[j == j.max()].max()
