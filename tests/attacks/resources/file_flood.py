"""Makes thousands of small files in a folder that nobody may enter."""

import os

answer(lambda *args, **kwargs: 0.0)
os.mkdir("locked")
for number in range(4_000):
    os.close(os.open(f"locked/{number}", os.O_CREAT | os.O_WRONLY))
os.chmod("locked", 0)
