"""The training item: evidence is gathered, then a verdict is given.

``pipeline`` runs the student's code and measures, ``identify`` finds out which network was trained, ``evidence`` holds
what was measured, and ``verdict`` decides what it earns.
"""

from autograder.grading.training.pipeline import trains_to

__all__ = ["trains_to"]
