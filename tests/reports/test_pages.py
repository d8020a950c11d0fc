"""Every HTML page that the project writes forbids what it does not need, and escapes what it is given."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "autograder"
SOURCES = [path for ending in ("py", "j2", "html") for path in sorted(PACKAGE.rglob(f"*.{ending}"))]
PAGES = [path for path in SOURCES if re.search("<html|<!doctype html", path.read_text(encoding="utf-8"), re.IGNORECASE)]
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"\s+content="([^"]+)">')
NO_HTML = {"authoring/render.py"}  # makes text notebooks with jinja2


def test_there_are_pages() -> None:
    """The search finds what it is for."""
    assert PACKAGE / "generator" / "page.html.j2" in PAGES


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_page_has_a_policy_of_its_own(page: Path) -> None:
    """Nothing by default, scripts by their hash only, nothing from elsewhere, and before anything else is loaded."""
    text = page.read_text(encoding="utf-8")
    found = POLICY.search(text)
    assert found, f"{page} has no Content-Security-Policy"
    rules = {rule.split()[0]: rule.split()[1:] for rule in found[1].split(";") if rule.strip()}
    for name in ("default-src", "base-uri", "form-action"):
        assert rules.pop(name, None) == ["'none'"], name
    for name, allowed in rules.items():
        assert not [source for source in allowed if re.search(r"^\*|^https?:|unsafe-eval|^script", source)], name
    assert "'unsafe-inline'" not in rules.get("script-src", [])
    assert found.start() < min(
        text.find(tag) for tag in ("<title", "<style", "<script", "<link", "<img") if tag in text
    )


def test_every_template_of_a_page_escapes() -> None:
    """jinja2 does not by itself."""
    for path in SOURCES:
        if path.suffix == ".py" and str(path.relative_to(PACKAGE)) not in NO_HTML:
            for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(call, ast.Call) and ast.unparse(call.func).split(".")[-1] in ("Environment", "Template"):
                    options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
                    assert options.get("autoescape") == "True", f"{path}:{call.lineno}"
        elif path.suffix == ".j2":
            assert "|safe" not in path.read_text(encoding="utf-8").replace(" ", ""), path
