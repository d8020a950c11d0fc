"""Writes full marks into the gradebook, the reports and every file that looks like one, above and beside itself."""

import os

MARKS = '{"score": 100, "max_score": 100, "outcome": "graded"}'


def write(path, mode):
    with open(path, mode) as stream:
        stream.write(MARKS)
    breach(f"{path} could be written")


def go(*args, **kwargs):
    for path in [PLACES["gradebook"], *PLACES["secrets"], PLACES["hidden_tests"], PLACES["state"] + "/report.json"]:
        for mode in ("w", "a", "r+"):
            attempt(write, path, mode)
        attempt(os.truncate, path, 0)
        attempt(os.unlink, path)
        attempt(os.replace, "report.json", path)
    for folder in ("..", "../..", PLACES["home"], PLACES["student"], PLACES["scratch"], "/tmp", "/dev/shm", "/var/tmp"):
        attempt(write, f"{folder}/report.json", "w")
        attempt(os.mkdir, f"{folder}/autograded")


write_here = attempt(lambda: open("report.json", "w").write(MARKS))
go()
answer(lambda *args, **kwargs: attempt(go))
