"""Every cell twice and more, with the wrong code first and the right one last, and ids that are no text.

earns: relu, dead_units
"""

import copy


def make(folder, world):
    # Whichever of the copies is graded, it is the student's own: what counts is that nothing breaks.
    notebook = world.notebook()
    notebook["cells"] += copy.deepcopy(world.notebook(world.right)["cells"]) * 5
    for number, cell in enumerate(copy.deepcopy(notebook["cells"])):
        cell["metadata"]["nbgrader"] = {"grade_id": [number, None, {}, True, 1.5, "x" * 10**5][number % 6], "solution": True}
        notebook["cells"].append(cell)
    world.write(folder, notebook)
