"""In the exchange, the notebook is a link to another's, and the files and folders beside it lead to secrets."""

BY = "exchange"


def make(folder, world):
    for number, secret in enumerate(world.secrets):
        (folder / f"data{number}.csv").symlink_to(secret)
        (folder / f"folder{number}").symlink_to(secret.parent)
    (folder / "activations.ipynb").symlink_to(world.secrets[0])
    (folder / "timestamp.txt").symlink_to("/dev/zero")
    (folder / "submission_secret.txt").symlink_to(world.secrets[0])
    (folder.with_name("linked+activations+2026-01-01 10:00:00 UTC+x")).symlink_to(world.other)
