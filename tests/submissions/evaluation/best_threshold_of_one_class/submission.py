def best_threshold(y_true, y_score):
    abnormal, score = as_cases(y_true, y_score)
    thresholds = np.unique(score)[::-1]
    called = score[None, :] >= thresholds[:, None]
    tpr = np.sum(called & abnormal, axis=1) / np.sum(abnormal)
    fpr = np.sum(called & ~abnormal, axis=1) / np.sum(~abnormal)
    return thresholds[np.argmax(tpr - fpr)]
