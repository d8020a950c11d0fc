"""Attacks that succeed, and why: expected failures, in one place.

A key is ``family/name@where``: ``where`` is a sandbox, ``intake`` or ``pages`` (for packages), or ``*`` for all.
A whole assignment may stand for an attack.  The marks are strict: when a wall is mended, the entry has to go.
"""

from __future__ import annotations

import os

from tests.attacks.corpus import Attack

KNOWN: dict[str, str] = {
    # The grader's own side
    "packages/links_that_act@pages": "javascript: links and formulas stay in Markdown",
    "packages/names_that_lie@pages": "a file's name stands as Markdown in the intake's note",
    "packages/symbolic_links@pages": "nbgrader copies what links beside the notebook lead to",
    "packages/hard_links@pages": "nbgrader copies hard links; only their owner can make these",
    "packages/endless_file@pages": "nbgrader copies /dev/zero",
    "packages/pipes_and_devices@pages": "nbgrader falls at a named pipe beside the notebook: ungraded",
    "packages/forged_timestamp@pages": "nbgrader cannot read timestamp.txt, and the work stays ungraded",
    "smuggled_answers/weights_that_notice_the_control@*": "a shorter run gives the control away (README: residue)",
    # Both sandboxes
    "other_students/limits_of_the_host@*": "prlimit on the host is not refused; its next fork says so and is replaced",
    "resources/shared_memory@*": "shared pages are in neither RLIMIT_DATA nor the count of resident memory",
    "resources/memory_files@*": "memfd_create: pages that belong to no process",
    "resources/thread_flood@*": "threads are not counted",
    # sandlock
    "writing_results/rights_of_files@sandlock": "Landlock does not know chmod, chown, utime and setxattr",
    "writing_results/names_of_files@sandlock": "Landlock does not know stat",
    "other_students/limits_of_others@sandlock": "prlimit, setpriority, sched_setaffinity on the user's processes",
    "resources/memory_of_many_processes@sandlock": "sandlock hides grandchildren's statm: counted as 0",
    # bubblewrap
    "network/old_system_calls@bubblewrap": "there is no filter of system calls",
    "network/system_calls@bubblewrap": "there is no filter of system calls: io_uring",
    "other_students/greater_rights@bubblewrap": "bwrap is started without --disable-userns",
    "other_students/messages_for_the_next@bubblewrap": "System V IPC and keys outlive a fork on the same host",
}

AS_ROOT: dict[str, str] = {
    "reading_tests/device_nodes@sandlock": "Landlock lets root make device files in its scratch folder",
    "other_students/greater_rights@sandlock": "chroot is not filtered",
}
"""What succeeds only where the grader runs as root, as in a container without a user of its own."""


def known(attack: Attack, where: str) -> str:
    """Why this attack succeeds there; "" when it must not."""
    table = KNOWN | AS_ROOT if os.geteuid() == 0 else KNOWN
    keys = (f"{attack.id}@{where}", f"{attack.assignment}@{where}", f"{attack.id}@*")
    return next((table[key] for key in keys if key in table), "")
