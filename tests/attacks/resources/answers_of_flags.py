"""Answers with flags where numbers belong: a byte each, which become eight when the grader compares them.

assignment: evaluation
"""

import numpy as np


def flags(mib):
    return np.ones(int(mib * 2**20), bool)


def large(*args, **kwargs):
    return flags(64)


def just_allowed(*args, **kwargs):
    return flags(3.9)


def roc_curve(*args, **kwargs):
    return flags(1.3), flags(1.3), flags(1.3)


answer(just_allowed)
sensitivity = large
sizes = iter([20, 20, 20, 80, 80, 80])


def auc(*args, **kwargs):
    return tuple(flags(next(sizes, 1)) for _ in range(3))
