"""Which sandbox is used: the one that was named, or the first that works on this machine.  None is hand-made.

``sandlock`` (Landlock and seccomp, no root) where the kernel has Landlock's sixth ABI, ``bubblewrap`` (namespaces)
elsewhere, then containers; and ``none``, which isolates nothing and has to be asked for.
"""

from __future__ import annotations

from autograder.errors import EnvironmentFault, UsageError
from autograder.sandbox.backend import Backend
from autograder.sandbox.bubblewrap import Bubblewrap
from autograder.sandbox.containers import CONTAINERS
from autograder.sandbox.landlock import Sandlock
from autograder.sandbox.names import UNSAFE
from autograder.sandbox.unsafe import Unsafe


def find_backends() -> list[Backend]:
    """The safe backends, best first."""
    return [Sandlock(), Bubblewrap(), *CONTAINERS]


def choose_backend(name: str | None = None) -> Backend:
    """The named backend, or the best that works here.

    Raises:
        UsageError: no backend has that name.
        EnvironmentFault: none works; says why, backend by backend.
    """
    if name == UNSAFE:
        return Unsafe()
    known = {backend.name: backend for backend in find_backends()}
    if name is not None and name not in known:
        raise UsageError(f"no sandbox {name!r}; known: {', '.join(known)}")
    reasons = []
    for backend in [known[name]] if name else known.values():
        reason = backend.missing()
        if not reason:
            return backend
        reasons.append(f"{backend.name}: {reason}")
    raise EnvironmentFault(
        "no sandbox can be used on this machine, so student code will not be run:\n  "
        + "\n  ".join(reasons)
        + "\nOn Windows and macOS grade in a Linux virtual machine or container."
    )
