"""A training protocol for tests, of which each says only what matters to it."""

from __future__ import annotations

from autograder.config import AucStep, Profile


def make_profile(**changes: object) -> Profile:
    """A tiny protocol: one epoch of one step, half of the points from an AUC of 0.8, all of them from 0.95."""
    fields: dict[str, object] = {
        "size": 32,
        "per_class": 10,
        "hidden_per_class": 4,
        "width": 1 / 32,
        "dense_units": 8,
        "epochs": 1,
        "steps_per_epoch": 1,
        "validation_steps": 1,
        "batch_size": 8,
        "training_wall_s": 60.0,
        "auc_steps": (AucStep(0.8, 0.5), AucStep(0.95, 1.0)),
    }
    return Profile(**fields | changes)
