"""The generator's weights as one ``.npz`` of float16 arrays and a JSON header; never a pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from autograder.files import replacing

if TYPE_CHECKING:
    import keras


def save_generator(generator: keras.Model, path: Path, *, settings: Mapping[str, object]) -> None:
    """Writes weights as float16 under their variables' paths, with the settings that made them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {name: array.astype(np.float16) for name, array in arrays_of(generator).items()}
    with replacing(path) as stream:
        np.savez_compressed(stream, **{"settings": np.array(json.dumps(settings)), **arrays})


def load_generator(path: Path) -> tuple[keras.Model, dict[str, Any]]:
    """Rebuilds a generator from its file.

    Returns:
        The Keras model (see ``network.build_generator``) and the settings it was trained with.

    Raises:
        ValueError: the file's arrays do not fit the network that its settings describe.
    """
    from autograder.dataset.generator_network import build_generator

    with np.load(path, allow_pickle=False) as data:
        settings = json.loads(str(data["settings"]))
        arrays = {name: data[name] for name in data.files if name != "settings"}
    generator = build_generator(settings["size"], settings["base"])
    left = take_over(generator, arrays)
    unknown = sorted(set(arrays) - set(arrays_of(generator)))
    if left or unknown:
        raise ValueError(f"{path} does not hold the weights of {generator.name}: lacks {left[:4]}, adds {unknown[:4]}")
    return generator, settings


def arrays_of(model: keras.Model) -> dict[str, np.ndarray]:
    """A model's weights by the path of their variables."""
    return {str(variable.path).replace("/", "."): np.asarray(variable) for variable in model.weights}


def take_over(model: keras.Model, arrays: Mapping[str, np.ndarray]) -> list[str]:
    """Assigns the arrays that fit a model's weights by name and shape.

    Returns:
        The names of the weights that have no array.
    """
    left = []
    for variable in model.weights:
        name = str(variable.path).replace("/", ".")
        if name in arrays and arrays[name].shape == tuple(variable.shape):
            variable.assign(arrays[name].astype(np.float32))
        else:
            left.append(name)
    return left
