"""Files that a Python, pytest, Jupyter or nbgrader would load from the folder it works in, and tests of its own."""


def make(folder, world):
    evil = f"import pathlib\npathlib.Path({str(world.secrets[0].parent / 'owned')!r}).write_text('owned')\n"
    for name in ("conftest", "sitecustomize", "usercustomize", "keras", "numpy", "nbgrader_config", "test_hidden",
                 "jupyter_nbconvert_config", "ipython_config", "pytest", "autograder", "json"):
        (folder / f"{name}.py").write_text(evil)
    for name in ("checks", ".ipython/profile_default/startup", "autograder"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(evil)
        (folder / name / "test_public.py").write_text(evil)
    (folder / "pytest.ini").write_text("[pytest]\naddopts = -p evil\n")
    (folder / "autograder.toml").write_text('repository = "/tmp"\n')
    (folder / "evil.pth").write_text(evil.replace("\n", "; "))
    world.write(folder, world.notebook())
