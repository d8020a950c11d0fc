"""Authoring: makes nbgrader's source from an assignment's folder, and the release from the source."""

from __future__ import annotations
