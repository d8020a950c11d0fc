_right = auc


def auc(fpr, tpr):
    area = _right(fpr, tpr)
    return max(area, 1 - area)
