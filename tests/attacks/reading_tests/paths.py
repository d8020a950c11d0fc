"""Opens hidden tests, reference solution, labels, gradebook, keys and another student's work by their paths."""


def read(path):
    with open(path, "rb") as stream:
        return stream.read()


def go(*args, **kwargs):
    smuggle(*[attempt(read, path) for path in PLACES["secrets"]])


answer(go)
go()
