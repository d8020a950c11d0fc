"""Raises SystemExit(0), at load and in every call."""

import sys

answer(lambda *args, **kwargs: sys.exit(0))
sys.exit(0)
