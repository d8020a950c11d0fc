"""Grading: the trusted side of a submission's tests."""
