"""Walks up the call stack, through inspect and tracebacks, to the globals of whoever calls."""

import inspect
import sys
import threading


def go(*args, **kwargs):
    found = []
    for frame in [*sys._current_frames().values(), *(info.frame for info in inspect.stack())]:
        while frame is not None:
            found += [str(v)[:2000] for v in {**frame.f_globals, **frame.f_locals}.values() if v is not PLACES]
            if "test_" in frame.f_code.co_filename or "grading" in frame.f_code.co_filename:
                breach(f"a frame of the grader: {frame.f_code.co_filename}")
            frame = frame.f_back
    smuggle(found, threading.enumerate())


answer(go)
go()
