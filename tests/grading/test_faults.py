"""What failed while a submission was loaded is told once, with the number of places."""

from __future__ import annotations

from autograder.grading.faults import notes_on_faults
from autograder.protocol.verbs import Fault

PLT = [Fault(f"cell-{n}, line 1", "NameError", "name 'plt' is not defined", "") for n in range(21)]


def test_the_same_fault_at_many_places_is_one_note() -> None:
    """Twenty-one plots make one line; another fault keeps its own."""
    other = Fault("cell-3, line 2", "ValueError", "x", "")
    assert notes_on_faults([*PLT, other], "en") == (
        "cell-0, line 1 (and 20 more places): NameError: name 'plt' is not defined",
        "cell-3, line 2: ValueError: x",
    )
    assert notes_on_faults(PLT, "ko") == ("cell-0, line 1 외 20곳: NameError: name 'plt' is not defined",)
    assert notes_on_faults(PLT[:1], "en") == ("cell-0, line 1: NameError: name 'plt' is not defined",)
