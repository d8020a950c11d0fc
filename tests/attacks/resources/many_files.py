"""Keeps thousands of small files in folders deep within each other, too many to be counted in one look."""

import os
import time


def go(*args, **kwargs):
    for depth in range(40):
        os.mkdir("d")
        os.chdir("d")
        for number in range(100):
            os.close(os.open(f"{number:0200}", os.O_CREAT | os.O_WRONLY))
    time.sleep(1.5)
    breach("4,000 files for more than a second")


answer(lambda *args, **kwargs: 0.0)
go()
