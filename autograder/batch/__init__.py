"""Grades whole classes: ``slots`` runs several warm engines at a time, ``course`` grades and records a course.

``changes`` says what may be written without asking, ``waiting`` and ``status`` what waits for a person.
"""

from __future__ import annotations
