"""Cells that claim a thousand points, are graded by hand, unlocked, and carry an output that says full marks."""


def make(folder, world):
    notebook = world.notebook()
    for cell in notebook["cells"]:
        mark = cell["metadata"].setdefault("nbgrader", {"grade_id": "extra", "schema_version": 3, "cell_type": "code"})
        mark |= {"points": 1000, "grade": True, "solution": False, "locked": False, "task": False, "checksum": "0" * 32}
        if cell["cell_type"] == "code":
            cell["execution_count"] = 1
            cell["outputs"] = [{"output_type": "execute_result", "execution_count": 1, "metadata": {},
                                "data": {"text/plain": "1000.0"}}]
    notebook["metadata"]["nbgrader"] = {"max_score": 1000, "score": 1000}
    world.write(folder, notebook)
