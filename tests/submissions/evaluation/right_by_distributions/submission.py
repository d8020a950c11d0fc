class Cases:
    """Scores of the two classes, each sorted."""

    def __init__(self, y_true, y_score):
        abnormal, score = as_cases(y_true, y_score)
        self.normal, self.abnormal = np.sort(score[~abnormal]), np.sort(score[abnormal])

    def needs(self, *classes):
        for name in classes:
            if not getattr(self, name).size:
                raise ValueError(f"there is no {name} image")
        return self

    def share_below(self, name, threshold):
        scores = getattr(self, name)
        return np.searchsorted(scores, threshold, side="left") / scores.size


def confusion_matrix(y_true, y_score, threshold=0.5):
    cases = Cases(y_true, y_score)
    below = [np.sum(scores < threshold) for scores in (cases.normal, cases.abnormal)]
    return np.column_stack([below, [cases.normal.size - below[0], cases.abnormal.size - below[1]]])


def sensitivity(y_true, y_score, threshold=0.5):
    return 1 - Cases(y_true, y_score).needs("abnormal").share_below("abnormal", threshold)


def specificity(y_true, y_score, threshold=0.5):
    return Cases(y_true, y_score).needs("normal").share_below("normal", threshold)


def roc_curve(y_true, y_score):
    cases = Cases(y_true, y_score).needs("normal", "abnormal")
    thresholds = np.r_[np.inf, np.unique(np.r_[cases.normal, cases.abnormal])[::-1]]
    return 1 - cases.share_below("normal", thresholds), 1 - cases.share_below("abnormal", thresholds), thresholds


def auc(fpr, tpr):
    if np.shape(fpr) != np.shape(tpr):
        raise ValueError("fpr and tpr do not go together")
    return np.sum(np.ediff1d(fpr) * np.convolve(tpr, [0.5, 0.5], mode="valid"))


def roc_auc(y_true, y_score):
    cases = Cases(y_true, y_score).needs("normal", "abnormal")
    lost = [np.mean(cases.abnormal < score) + np.mean(cases.abnormal == score) / 2 for score in cases.normal]
    return 1 - np.mean(lost)


def best_threshold(y_true, y_score):
    cases = Cases(y_true, y_score).needs("normal", "abnormal")
    thresholds = np.unique(np.r_[cases.normal, cases.abnormal])
    gap = cases.share_below("normal", thresholds) - cases.share_below("abnormal", thresholds)
    return thresholds[thresholds.size - 1 - np.argmax(gap[::-1])]
