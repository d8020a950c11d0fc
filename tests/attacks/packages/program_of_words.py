"""A program in place of a notebook: 199 KiB, of which every byte is a word, between lines of the course's own."""

MIB = 64


def make(folder, world):
    text = "def relu(x):\n    return x\n" + "a;b;" * 50_000
    (folder / "activations.py").write_text(text[: 199 * 1024] + "\n")
