"""Takes memory in small pieces and swallows every MemoryError (a memory loop once earned full marks: nbgrader 427)."""

kept = []


def go(*args, **kwargs):
    while len(kept) < 100:
        try:
            kept.append(bytearray(b"x") * (10 * 2**20))
        except MemoryError:
            return 0.0
    breach(f"{len(kept) * 10} MiB of memory")


answer(go)
