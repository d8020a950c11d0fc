"""Batch grading: a class's submissions on several warm slots at a time, the same grades as one by one."""

from .run import BatchResult, Job, default_slots, grade_all

__all__ = ["BatchResult", "Job", "default_slots", "grade_all"]
