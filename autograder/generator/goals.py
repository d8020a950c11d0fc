"""The goals of a generator, and the findings in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from autograder.generator.fidelity import Fidelity
from autograder.generator.privacy import Privacy
from autograder.generator.usefulness import Usefulness


@dataclass(frozen=True)
class Goal:
    """One number to reach: what it is, what was wanted, what was measured, and whether that is enough."""

    name: str
    wanted: str
    measured: float
    reached: bool


def goals(usefulness: Usefulness, fidelity: Fidelity, privacy: Privacy) -> list[Goal]:
    """The goals of the project, judged by a measurement's results."""
    to_real, ratio = usefulness.synthetic_to_real.mean, usefulness.synthetic_of_real
    own, recall = usefulness.synthetic_to_synthetic.mean, fidelity.recall_of_real
    leak = max(space.membership_auc.value for space in (privacy.pixels, privacy.features))
    return [
        Goal("AUC on held-out real images, trained on generated ones", "at least 0.93", to_real, to_real >= 0.93),
        Goal("the same, of what training on real images reaches", "at least 0.97", ratio, ratio >= 0.97),
        Goal("AUC on generated images, trained on generated ones", "0.95 to 0.998", own, 0.95 <= own <= 0.998),
        Goal("recall (variety), of real against real", "at least 0.5", recall, recall >= 0.5),
        Goal("membership inference, AUC", "at most 0.55", leak, leak <= 0.55),
    ]


def memorisation(privacy: Privacy) -> str:
    """A sentence that says whether a training image was memorised.

    A generated image counts as a suspected copy when it is nearer to a training image, pixel by pixel, than
    any unseen real image is.
    """
    suspects, of = privacy.pixels.nearer_than_any_unseen, privacy.generated
    nearest, unseen = privacy.pixels.generated_nearest, privacy.pixels.unseen_nearest
    measured = (
        f"The nearest of {of:,} generated images is {nearest:.1f} grey levels (root mean square) from a training "
        f"image, the nearest of {privacy.unseen:,} unseen real images {unseen:.1f}."
    )
    if suspects == 0:
        return f"No training image was memorised, as far as this can tell. {measured}"
    return (
        f"{suspects} of {of:,} generated images are nearer to a training image than any unseen real image is: look at "
        f"the closest pairs before calling the generator private. {measured}"
    )
