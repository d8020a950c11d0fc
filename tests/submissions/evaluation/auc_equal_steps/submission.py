def auc(fpr, tpr):
    if len(fpr) != len(tpr):
        raise ValueError("fpr and tpr differ in length")
    return np.mean((tpr[1:] + tpr[:-1]) / 2)
