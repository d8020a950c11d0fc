"""Changes rights, owner, times and attributes of files that it may not open: the secret could be read by everybody."""

import os


def go(*args, **kwargs):
    done = []
    for path in [*PLACES["secrets"], PLACES["gradebook"], PLACES["assignments"], PLACES["home"]]:
        for name, action in {
            "rights": lambda p=path: os.chmod(p, 0o777),
            "owner": lambda p=path: os.chown(p, os.getuid(), os.getgid()),
            "times": lambda p=path: os.utime(p, (5, 5)),
            "attributes": lambda p=path: os.setxattr(p, "user.mark", b"100"),
        }.items():
            if not isinstance(attempt(action), BaseException):
                done.append(name)
    if done:
        breach(f"changed {sorted(set(done))} of files elsewhere")


answer(lambda *args, **kwargs: 0.0)
go()
