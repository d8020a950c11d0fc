"""What student code must not be able to do: one function for each probe of ``probe``.

They are never called here.  A worker is sent their source, so each imports what it needs; it raises, or is ended, where
the sandbox holds.  A parameter is a place that a probe is told: ``canary`` (a file), ``folder``, ``variable`` (of the
environment), ``grader`` (a process), ``tcp`` and ``udp`` (ports).
"""

from __future__ import annotations


def read(canary: str) -> str:
    """Reads a file of the trusted side's."""
    with open(canary) as stream:
        return stream.read()


def list_folder(folder: str) -> int:
    """Finds a file of the trusted side's in its folder."""
    import os

    return os.listdir(folder).index("canary")


def append(canary: str) -> None:
    """Changes a file of the trusted side's."""
    with open(canary, "a") as stream:
        stream.write("x")


def write_outside() -> None:
    """Makes a file outside of the scratch folder."""
    with open("/autograder-probe", "w") as stream:
        stream.write("x")


def change_rights(canary: str) -> None:
    """Lets everybody read a file of the trusted side's."""
    import os

    os.chmod(canary, 0o777)


def import_unnamed() -> None:
    """Imports a package that is installed, but that no assignment for NumPy names."""
    import sklearn  # noqa: F401


def read_environment(variable: str) -> str:
    """Reads a variable of the trusted side's."""
    import os

    return os.environ[variable]


def connect_tcp(tcp: int) -> None:
    """Connects to a port on this machine."""
    import socket

    socket.create_connection(("127.0.0.1", tcp), 2).close()


def send_udp(udp: int) -> None:
    """Sends a packet to a port on this machine."""
    import socket

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", ("127.0.0.1", udp))


def signal_grader(grader: int) -> None:
    """Asks whether the trusted process can be sent signals."""
    import os

    os.kill(grader, 0)


def signal_host() -> None:
    """Asks whether its own host can be sent signals."""
    import os

    os.kill(os.getppid(), 0)


def lower_limits_of_host() -> None:
    """Forbids its host to dump core, for all submissions that come after."""
    import os
    import resource

    resource.prlimit(os.getppid(), resource.RLIMIT_CORE, (0, 0))


def make_namespace() -> None:
    """Makes a namespace in which it would be root."""
    import ctypes

    new_user = 0x10000000
    if ctypes.CDLL(None).unshare(new_user) == -1:
        raise PermissionError


def use_io_uring() -> None:
    """Opens a queue of system calls that no filter sees."""
    import ctypes

    io_uring_setup = 425
    if ctypes.CDLL(None).syscall(io_uring_setup, 1, 0) == -1:
        raise PermissionError


def watch_folder() -> None:
    """Asks for news of the files that others make."""
    import ctypes
    import os

    queue = ctypes.CDLL(None).inotify_init1(0)
    if queue == -1:
        raise PermissionError
    os.close(queue)


def send_file() -> None:
    """Lets a file wait in a socket, where no process shows it."""
    import array
    import socket

    here, there = socket.socketpair()
    with here, there:
        here.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [here.fileno()]))])


def reserve_addresses() -> None:
    """Takes the page tables for 1 TiB of memory that is only read."""
    import mmap

    mmap.mmap(-1, 1 << 40, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS, prot=mmap.PROT_READ)


def keep_capabilities() -> None:
    """Asks for a right of root's, where the grader is root."""
    import os

    os.setgroups([0])


def share_memory() -> None:
    """Takes memory that outlives the process that it is charged to."""
    import mmap

    mmap.mmap(-1, 4096)


def take_memory() -> int:
    """Takes 1 GiB at once."""
    return len(b"x" * (1 << 30))


def take_memory_in_several() -> None:
    """Takes 100 MiB in each of four processes."""
    import os
    import time

    for _ in range(4):
        if os.fork() == 0:
            kept = bytearray(b"x") * (100 << 20)
            time.sleep(10)
            del kept
    time.sleep(10)


def start_processes() -> None:
    """Starts twelve processes."""
    import os
    import time

    for _ in range(12):
        if os.fork() == 0:
            time.sleep(10)
    time.sleep(10)


def write_large_file() -> None:
    """Writes 8 MiB into one file."""
    with open("large", "wb") as stream:
        stream.write(bytes(8 << 20))


def write_many_files() -> None:
    """Makes a hundred files."""
    import time

    for number in range(100):
        open(str(number), "w").close()
    time.sleep(10)


def compute_for_ever() -> None:
    """Uses processor time until it is ended."""
    while True:
        pass


def hold() -> None:
    """Does nothing for a while."""
    import time

    time.sleep(10)


def leave_processes() -> bytes:
    """Starts a process in a session of its own, and one below it; gives a byte of each when they are there."""
    import os
    import time

    reading, writing = os.pipe()
    if os.fork() == 0:
        os.setsid()
        os.fork()
        os.write(writing, b"x")
        time.sleep(10)
    return os.read(reading, 1) + os.read(reading, 1)
