"""The house's order: imports point one way, and light commands stay light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "autograder"

BASE = {"model", "errors", "config", "workspace", "quiet"}
ALLOWED = {
    "protocol": set(),
    "worker": {"protocol"},
    "sandbox": BASE | {"protocol", "worker"},
    "grading": BASE | {"protocol", "worker", "sandbox"},
    "statistics": set(),
    "dataset": BASE,
    "importing": BASE | {"dataset"},
    "generator": BASE | {"dataset", "statistics"},
    "batch": BASE | {"grading", "sandbox", "dataset"},
    "intake": BASE,
    "reports": BASE,
    "nbgrader_plugs": BASE | {"intake", "reports"},
    "authoring": BASE | {"survey", "nbgrader_plugs"},
    "survey": BASE | {"intake"},
    "calibration": BASE | {"grading", "dataset", "worker", "statistics"},
    "figures": set(),
    "study": BASE | {"dataset", "figures"},
    "selfcheck": BASE | {"grading", "reports"},
}


def imports_of(path: Path) -> set[str]:
    """First parts below ``autograder`` of everything that a module imports."""
    found = set()
    package = path.relative_to(PACKAGE).parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(("autograder", *package[: len(package) - node.level + 1])) if node.level else ""
            found.add(".".join(part for part in (base, node.module) if part))
    names = {name.split(".")[1] for name in found if name.startswith("autograder.")}
    return names | {name for name in found if name.split(".")[0] in ("assignments", "reference_solution")}


@pytest.mark.parametrize("part", sorted(ALLOWED))
def test_a_part_imports_only_what_stands_before_it(part: str) -> None:
    """No import goes against the order of DESIGN's layers."""
    paths = list((PACKAGE / part).rglob("*.py")) if (PACKAGE / part).is_dir() else [PACKAGE / f"{part}.py"]
    assert paths
    for path in paths:
        extra = imports_of(path) - ALLOWED[part] - {part}
        assert not extra, f"{path.relative_to(PACKAGE)} imports {sorted(extra)}"


def test_the_worker_needs_only_the_standard_library_and_the_students_packages() -> None:
    """What runs inside the walls imports nothing of the trusted side."""
    for path in [*(PACKAGE / "worker").glob("*.py"), *(PACKAGE / "protocol").glob("*.py")]:
        assert imports_of(path) <= {"protocol", "worker"}, path


def test_help_imports_no_numerical_library() -> None:
    """``autograder --help`` loads neither NumPy nor TensorFlow nor nbgrader."""
    code = (
        "import sys\nfrom autograder.cli.main import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print(sorted({'numpy', 'tensorflow', 'nbgrader', 'rich', 'distributed'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr.strip() == "[]"
