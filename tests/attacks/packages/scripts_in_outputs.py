"""HTML and JavaScript in outputs, Markdown, raw cells, attachments and metadata, for the TA who opens the page."""

EVIL = '<script>alert("EVIL")</script><img src=x onerror=alert("EVIL")><svg onload=alert("EVIL")><iframe src="EVIL">'


def make(folder, world):
    notebook = world.notebook()
    data = {"text/html": EVIL, "application/javascript": "alert('EVIL')", "image/svg+xml": EVIL, "text/markdown": EVIL,
            "text/latex": EVIL, "text/plain": EVIL, "application/vnd.jupyter.widget-view+json": {"model_id": EVIL}}
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}},
                               {"output_type": "error", "ename": EVIL, "evalue": EVIL, "traceback": [EVIL]}]
        cell["metadata"]["tags"] = [EVIL]
    notebook["cells"] += [
        {"cell_type": "markdown", "source": EVIL, "metadata": {}, "attachments": {'"><script>': {"image/svg+xml": EVIL}}},
        {"cell_type": "markdown", "source": "<\nscript>alert('EVIL')</script>\n\n```{=html}\n" + EVIL, "metadata": {}},
        {"cell_type": "raw", "source": EVIL, "metadata": {"raw_mimetype": "text/html"}},
        {"cell_type": "code", "source": f"# {EVIL}", "metadata": {}, "outputs": [], "execution_count": None},
    ]
    notebook["metadata"] |= {"title": EVIL, "authors": [{"name": EVIL}], "language_info": {"name": EVIL, "pygments_lexer": EVIL}}
    world.write(folder, notebook)
