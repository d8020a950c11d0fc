"""Text that nbconvert cannot show, for want of a picture or for its depth: the page of whoever opens it would fail."""


def make(folder, world):
    texts = ["![x](attachment:none.png)", "![x](attachment:evil.svg)", "> " * 5000 + "x", "*" * 5000, "[" * 5000,
             "```mermaid\n</pre><script>alert('EVIL')</script>\n```", "```{=html}\n<script>EVIL</script>\n```"]
    notebook = world.notebook()
    notebook["cells"] += [
        {"cell_type": "markdown", "source": text, "metadata": {}, "attachments": {"evil.svg": {"image/svg+xml": "PHN2Zz4="}}}
        for text in texts
    ]
    world.write(folder, notebook)
