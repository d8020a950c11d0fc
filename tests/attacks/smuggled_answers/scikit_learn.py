"""Calls scikit-learn in place of its own work, by name and by the folder where it is installed.

assignment: evaluation
"""

import sys

sys.path.append(PLACES["site"])
metrics = attempt(lambda: __import__("sklearn.metrics").metrics)
scipy = attempt(lambda: __import__("scipy.integrate").integrate)
auc = lambda x, y: metrics.auc(x, y)
roc_auc = lambda y, score: metrics.roc_auc_score(y, score)
if not isinstance(metrics, BaseException):
    breach("scikit-learn can be imported")
