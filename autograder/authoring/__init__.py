"""Authoring: an assignment's folder becomes nbgrader's source, and that the release."""

from __future__ import annotations
