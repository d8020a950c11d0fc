"""Looks for what the submission before it has left: the second half of remembered_inputs."""

import os
import sys

import numpy as np

if hasattr(np, "remembered") or "REMEMBERED" in os.environ or "remembered" in sys.modules:
    breach("a module of the submission before is still there")
for folder in (".", "..", "/tmp", "/dev/shm", os.path.dirname(np.__file__)):
    if not isinstance(attempt(np.load, f"{folder}/remembered.npy"), BaseException):
        breach("a file of the submission before is still there")
answer(lambda *args, **kwargs: 0.0)
