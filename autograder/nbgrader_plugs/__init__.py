"""The plug into nbgrader's gradebook: reports in, scores and feedback out."""

from __future__ import annotations
