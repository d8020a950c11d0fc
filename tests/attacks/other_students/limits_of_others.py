"""Takes processor time, files and cores away from the grader and from a neighbour by prlimit, nice and affinity."""

import os
import resource


def go(*args, **kwargs):
    done = []
    for name in ("grader", "other"):
        pid = PLACES[name]
        kind = resource.RLIMIT_MSGQUEUE  # of all limits, one that nobody here needs; RLIMIT_CPU of 0 would kill
        soft, hard = attempt(resource.prlimit, pid, kind) if pid else (0, 0)
        for what, action in {
            "limit": lambda: resource.prlimit(pid, kind, (soft - 1, hard)),
            "priority": lambda: os.setpriority(os.PRIO_PROCESS, pid, os.getpriority(os.PRIO_PROCESS, pid) + 1),
            "cores": lambda: os.sched_setaffinity(pid, os.sched_getaffinity(pid)),
        }.items():
            if not isinstance(attempt(action), BaseException):
                done.append(f"{what} of the {name}")
    if done:
        breach(f"set the {', the '.join(done)}")


answer(lambda *args, **kwargs: 0.0)
go()
