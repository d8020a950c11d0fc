"""The generator's weights as one ``.npz`` of float16 arrays and a JSON header; never a pickle."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import keras


def save_generator(generator: keras.Model, path: Path, *, settings: dict[str, Any]) -> None:
    """Writes weights as float16 under their variables' paths, with the settings that made them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, Any] = {_key(variable): np.asarray(variable).astype(np.float16) for variable in generator.weights}
    partial = path.with_suffix(".part")
    with partial.open("wb") as stream:
        np.savez_compressed(stream, **{"settings": np.array(json.dumps(settings)), **arrays})
    os.replace(partial, path)


def load_generator(path: Path) -> tuple[keras.Model, dict[str, Any]]:
    """Rebuilds a generator from its file.

    Returns:
        The Keras model (see ``networks.build_generator``) and the settings it was trained with.

    Raises:
        ValueError: the file's arrays do not fit the network that its settings describe.
    """
    from autograder.data.networks import build_generator

    with np.load(path, allow_pickle=False) as data:
        settings = json.loads(str(data["settings"]))
        arrays = {name: data[name] for name in data.files if name != "settings"}
    generator = build_generator(settings["size"], settings["base"])
    expected = {_key(variable): tuple(variable.shape) for variable in generator.weights}
    found = {name: array.shape for name, array in arrays.items()}
    if expected != found:
        odd = sorted(set(expected.items()) ^ set(found.items()))[:4]
        raise ValueError(f"{path} does not hold the weights of {generator.name}; first differences: {odd}")
    for variable in generator.weights:
        variable.assign(arrays[_key(variable)].astype(np.float32))
    return generator, settings


def _key(variable: Any) -> str:
    return str(variable.path).replace("/", ".")
