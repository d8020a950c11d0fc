"""Makes a folder in a folder in a folder, 3,000 deep: whoever removes them by recursion falls."""

import os

answer(lambda *args, **kwargs: 0.0)
for _ in range(3_000):
    os.mkdir("d")
    os.chdir("d")
