"""Helpers for authors who grade a Keras network: by its function, never by the names of its layers.

``comparison`` asks whether a student's network computes what the trusted one does, ``weights`` scales and matches the
weights, ``architecture`` says what an instructor defines beside a reference network.
"""

from autograder.grading.networks.architecture import Architecture, Build, KerasModel
from autograder.grading.networks.comparison import (
    OUTPUT_ATOL,
    Answers,
    block_model,
    check_gradients,
    difference_of,
    give_weights,
    predict,
    random_images,
    same_function_as,
)
from autograder.grading.networks.weights import random_weights

__all__ = [
    "Answers", "Architecture", "Build", "KerasModel", "OUTPUT_ATOL", "block_model", "check_gradients", "difference_of",
    "give_weights", "predict", "random_images", "random_weights", "same_function_as",
]  # fmt: skip
