"""Makes a device file of its own, past all file names: a disk's device holds every file."""

import os
import stat

answer(lambda *args, **kwargs: None)
attempt(os.mknod, "random", stat.S_IFCHR | 0o600, os.makedev(1, 8))  # of all devices, one that harms nobody
if attempt(lambda: len(open("random", "rb").read(2))) == 2:
    breach("a device file of its own could be made and read")
