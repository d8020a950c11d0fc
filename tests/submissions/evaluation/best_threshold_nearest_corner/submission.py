def best_threshold(y_true, y_score):
    fpr, tpr, thresholds = roc_curve(y_true, y_score)
    return thresholds[1:][np.argmin((fpr**2 + (1 - tpr) ** 2)[1:])]
