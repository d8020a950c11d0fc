def confusion_matrix(y_true, y_score, threshold=0.5):
    raise NotImplementedError()


def sensitivity(y_true, y_score, threshold=0.5):
    raise NotImplementedError()


def specificity(y_true, y_score, threshold=0.5):
    raise NotImplementedError()


def roc_curve(y_true, y_score):
    raise NotImplementedError()


def auc(fpr, tpr):
    raise NotImplementedError()


def roc_auc(y_true, y_score):
    raise NotImplementedError()


def best_threshold(y_true, y_score):
    raise NotImplementedError()
