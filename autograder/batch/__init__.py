"""Grades whole classes: ``slots`` runs several warm engines at a time, ``course`` grades and records a course."""

from __future__ import annotations
