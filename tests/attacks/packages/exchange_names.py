"""Folders in the exchange whose names hold no time, no student, HTML, or a path: collecting stops at the first."""

BY = "exchange"


def make(folder, world):
    world.write(folder, world.notebook())
    names = ["x+activations+soon+r", "x+activations+99999999999999999999+r", "x+activations+", "+activations+2026-01-01",
             "..+activations+2026-01-01 10:00:00 UTC+r", "<img src=x onerror=alert(1)>+activations+2026-01-01+r",
             "a+b+activations+2026-01-01+r", "[*]+activations+2026-01-01+r", "a\nb+activations+2026-01-01+r"]
    for name in names:
        (folder.parent / name).mkdir()
        world.write(folder.parent / name, world.notebook())
    (folder.parent / "file+activations+2026-01-01 10:00:00 UTC+r").write_text("x")
