"""Cells of commands that only a notebook understands: shell, HTML, other languages, loading and running files."""


def make(folder, world):
    owned = world.secrets[0].parent / "owned"
    notebook = world.notebook({
        "imports": f"!touch {owned}\n%run evil.py\n%load_ext evil\n%%bash\ntouch {owned}\n",
        "relu": f"%%html\n<script>alert('EVIL')</script>\n%sx touch {owned}\nget_ipython().system('touch {owned}')",
    })
    (folder / "evil.py").write_text(f"open({str(owned)!r}, 'w')")
    world.write(folder, notebook)
