"""Lowers the limits of the warm host, so that it dies, or cannot serve whoever comes next."""

import os
import resource

answer(lambda *args, **kwargs: 0.0)
host = os.getppid()
if not isinstance(attempt(resource.prlimit, host, resource.RLIMIT_FSIZE, (0, 0)), BaseException):
    breach("the host's limits can be set")
