def roc_curve(y_true, y_score):
    abnormal, score = as_cases(y_true, y_score)
    thresholds = np.append(np.inf, np.unique(score)[::-1])
    called = score[None, :] >= thresholds[:, None]
    fpr = np.sum(called & ~abnormal, axis=1) / np.sum(~abnormal)
    tpr = np.sum(called & abnormal, axis=1) / np.sum(abnormal)
    return fpr, tpr, thresholds
