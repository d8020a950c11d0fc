"""What a grader has to know about a kind of network, so that it can rebuild the one that a student trained.

An instructor defines the ``Architecture`` beside the reference network (``reference_solution/vgg16.py`` has one) and
hands it in.  How the weights are scaled and matched follows from the network itself, see ``weights``: any functional
Keras model will do, with branches, shortcuts and batch normalisation.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

KerasModel: TypeAlias = Any  # Keras has no type hints
KerasLayer: TypeAlias = Any
Build: TypeAlias = Callable[[], KerasModel]
Choice: TypeAlias = int | float | str


@dataclass(frozen=True)
class Architecture:
    """A kind of network and what a student may choose about it.

    Attributes:
        name: as the student knows it, "VGG-16".
        build: makes the trusted network: ``build(input_shape, **arguments)``.
        from_profile: arguments of ``build`` that the training protocol fixes; each is a field of ``config.Profile``.
        sizes: arguments that a student may choose and that show in the shapes of the weights, with their candidates.
        functions: arguments that a student may choose and that no shape shows, with their candidates.
        label: names a choice in messages, a format string over the chosen arguments.

    Example:
        Architecture("VGG-16", build_vgg16, sizes={"kernel_size": (3, 5)}, functions={"activation": ("relu", "elu")})
    """

    name: str
    build: Callable[..., KerasModel]
    from_profile: tuple[str, ...] = ()
    sizes: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    functions: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    label: str = ""

    def alternatives(self) -> Iterator[list[dict[str, Choice]]]:
        """The choices in groups: the networks of one group have weights of the same shapes."""
        for sizes in _combinations(self.sizes):
            yield [sizes | functions for functions in _combinations(self.functions)]

    @property
    def choices(self) -> str:
        """What may be chosen, in words."""
        return " and ".join(name.replace("_", " ") for name in (*self.sizes, *self.functions))

    def describe(self, chosen: Mapping[str, Choice]) -> str:
        """A choice in a few characters."""
        if self.label:
            return self.label.format(**chosen)
        return ", ".join(f"{name} {value}" for name, value in chosen.items()) or self.name


def _combinations(arguments: Mapping[str, tuple[Choice, ...]]) -> list[dict[str, Choice]]:
    return [dict(zip(arguments, values, strict=True)) for values in itertools.product(*arguments.values())]
