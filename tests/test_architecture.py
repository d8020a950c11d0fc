"""The house's order: imports point one way, and light commands stay light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

PACKAGE = Path(__file__).resolve().parent.parent / "autograder"


def test_imports_point_one_way() -> None:
    """Layers, the rooms on each side of the sandbox, and no cycles: the contracts in ``pyproject.toml``."""
    assert lint_imports(config_filename=str(PACKAGE.parent / "pyproject.toml"), no_cache=True) == 0


@pytest.mark.parametrize("name", ["assignments", "reference_solution"])
def test_the_engine_finds_the_instructors_code_by_its_path(name: str) -> None:
    """The wheel holds neither."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            modules += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert name not in {module.split(".")[0] for module in modules}, path


def test_help_imports_no_numerical_library() -> None:
    """``autograder --help`` loads neither NumPy nor TensorFlow nor nbgrader."""
    code = (
        "import sys\nfrom autograder.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'numpy', 'tensorflow', 'nbgrader', 'rich', 'distributed'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr.strip() == "[]"
