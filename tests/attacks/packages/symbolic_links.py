"""The notebook is a link to a secret, and so are a helper, a folder and the public tests beside it."""


def make(folder, world):
    for number, secret in enumerate(world.secrets):
        (folder / f"data{number}.csv").symlink_to(secret)
        (folder / f"folder{number}").symlink_to(secret.parent)
    (folder / "activations.ipynb").symlink_to(world.secrets[0])
    (folder / "checks").symlink_to(world.secrets[0].parent)
