"""Whether a generator has memorised single images.

Three questions.  Are generated images nearer to the training images than unseen real ones are?  Is any of
them a copy?  Do the distances to the generated images tell training images from unseen ones (a black-box
membership inference; Chen et al. 2020, "GAN-Leaks", arXiv:1909.03935)?
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.neighbors import NearestNeighbors

from autograder.statistics import Interval, auc_interval

CLOSEST = 24


@dataclass(frozen=True)
class Distances:
    """Root mean square distances to the nearest training image, in the unit of the space.

    ``nearer_than_any_unseen`` counts generated images nearer to a training image than any unseen real image is.
    """

    generated_median: float
    unseen_median: float
    generated_nearest: float
    unseen_nearest: float
    nearer_than_any_unseen: int
    membership_auc: Interval


@dataclass(frozen=True)
class Privacy:
    """Whether training images can be recognised in generated ones.

    Attributes:
        generated, unseen: how many images were compared.
        pixels: distances in grey levels.
        features: distances in standard deviations of features.
        closest: generated images nearest to a training image, pixel by pixel: index of the generated image, index of
            the training image, distance.
    """

    generated: int
    unseen: int
    pixels: Distances
    features: Distances
    closest: tuple[tuple[int, int, float], ...]


@dataclass(frozen=True)
class Sets:
    """The images that are compared, ``(n, size, size)`` uint8.

    Attributes:
        members: real images that the generator was trained on.
        same_classes: as many of them as there are unseen ones, of the same classes.
        unseen: real images of other patients.
        generated: generated images, tested for copies.
        pool: other generated images, for the membership inference.
    """

    members: np.ndarray
    same_classes: np.ndarray
    unseen: np.ndarray
    generated: np.ndarray
    pool: np.ndarray


def look_for_leaks(sets: Sets, features: Callable[[np.ndarray], np.ndarray]) -> Privacy:
    """Takes the measurements; ``features`` makes vectors ``(n, d)`` of images."""
    order_of, index = nearest(sets.generated, sets.members)
    closest = [(int(n), int(index[n]), float(order_of[n])) for n in np.argsort(order_of)[:CLOSEST]]
    return Privacy(
        generated=len(sets.generated),
        unseen=len(sets.unseen),
        pixels=_distances(sets, lambda images: images),
        features=_distances(sets, features),
        closest=tuple(closest),
    )


def _distances(sets: Sets, space: Callable[[np.ndarray], np.ndarray]) -> Distances:
    members = space(sets.members)
    of_generated, of_unseen = (nearest(space(images), members)[0] for images in (sets.generated, sets.unseen))
    floor = float(of_unseen.min())
    return Distances(
        generated_median=float(np.median(of_generated)),
        unseen_median=float(np.median(of_unseen)),
        generated_nearest=float(of_generated.min()),
        unseen_nearest=floor,
        nearer_than_any_unseen=int(np.sum(of_generated < floor)),
        membership_auc=membership_auc(space(sets.same_classes), space(sets.unseen), space(sets.pool)),
    )


def nearest(queries: np.ndarray, references: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest reference of each query, by root mean square difference.

    Args:
        queries: ``(n, ...)`` vectors or images.
        references: ``(m, ...)`` of the same form.

    Returns:
        Distances ``(n,)`` float and indices ``(n,)`` int.
    """
    flat = [array.reshape(len(array), -1).astype(np.float32) for array in (queries, references)]
    found = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(flat[1]).kneighbors(flat[0], return_distance=False)
    index = found[:, 0]
    # The search loses digits where large numbers differ little, so the distance is computed again.
    gaps = np.mean((flat[0] - flat[1][index]) ** 2, axis=1, dtype=np.float64)
    return np.sqrt(gaps), index


def membership_auc(members: np.ndarray, others: np.ndarray, generated: np.ndarray) -> Interval:
    """AUC of the guess that images with a near generated image were trained on; 0.5 means no leak."""
    distances = [nearest(real, generated)[0] for real in (members, others)]
    labels = np.repeat([1, 0], [len(members), len(others)])
    return auc_interval(labels, -np.concatenate(distances))
