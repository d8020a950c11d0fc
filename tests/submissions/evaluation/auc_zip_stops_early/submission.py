def auc(fpr, tpr):
    area = 0.0
    for x1, x2, y1, y2 in zip(fpr, fpr[1:], tpr, tpr[1:]):
        area += (x2 - x1) * (y1 + y2) / 2
    return area
