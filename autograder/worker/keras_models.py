"""The verbs for Keras models: describe, read and set weights in order of first use, predict, differentiate.

Variables are ordered by their first use in one traced forward pass.  The order in which a model lists
them depends on how it was written (functional, Sequential, subclassed); the order of use does not.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from ..protocol.verbs import LayerDescription, ModelDescription, Shape, Weight

BATCH = 64
MAX_LAYERS = 500

Model = Any
"""A ``keras.Model``, its layers, variables and tensors: Keras has no types."""

# Input shapes of models that do not know their own (subclassed ones).
_input_shapes: WeakKeyDictionary[Model, tuple[int | None, ...]] = WeakKeyDictionary()

# A model's variables in order of first use.
_ordered: WeakKeyDictionary[Model, list[Model]] = WeakKeyDictionary()


def set_input_shape(model: Model, shape: tuple[int, ...]) -> None:
    """Tells the shape of one example for a model that does not know it (a subclassed one)."""
    _input_shapes[model] = (None, *(int(side) for side in shape))


def describe(model: Model) -> ModelDescription:
    """Type, shapes, layers (nested models opened) and parameter counts of a model."""
    import keras

    if not isinstance(model, keras.Model):
        raise TypeError(f"wanted a keras.Model, got {type(model).__name__}")
    _build(model)
    return ModelDescription(
        type=type(model).__name__,
        input_shape=_shape(getattr(model, "input_shape", None)),
        output_shape=_shape(getattr(model, "output_shape", None)) or _traced_output_shape(model),
        compiled=bool(getattr(model, "compiled", False)),
        layers=tuple(
            LayerDescription(type(layer).__name__, layer.name[:100], _output_shape(layer))
            for layer in itertools.islice(_flatten(model), MAX_LAYERS)
        ),
        trainable=sum(int(np.prod(w.shape)) for w in model.trainable_weights),
        non_trainable=sum(int(np.prod(w.shape)) for w in model.non_trainable_weights),
    )


def weights(model: Model) -> list[Weight]:
    """One ``Weight`` per variable, in order of first use."""
    variables = ordered_variables(model)
    trainable = {id(v) for v in model.trainable_variables}  # after the model was built by the line above
    return [Weight(v.path[:200], np.asarray(v), id(v) in trainable) for v in variables]


def assign(model: Model, arrays: list[np.ndarray]) -> None:
    """Overwrites the variables; shapes have to agree."""
    variables = ordered_variables(model)
    if [tuple(v.shape) for v in variables] != [a.shape for a in arrays]:
        raise ValueError(
            f"the model has {len(variables)} variables of other shapes than the {len(arrays)} arrays to be assigned"
        )
    for variable, array in zip(variables, arrays, strict=True):
        variable.assign(array)


def predict(model: Model, x: np.ndarray, training: bool = False) -> np.ndarray:
    """Output for a batch, computed in slices of ``BATCH`` images; ``training`` as in a Keras model's call."""
    set_input_shape(model, x.shape[1:])
    parts = [np.asarray(model(x[start : start + BATCH], training=training)) for start in range(0, len(x), BATCH)]
    outputs = np.concatenate(parts)
    return outputs.astype(np.float32) if outputs.dtype.name == "bfloat16" else outputs  # NumPy itself has no bfloat16


def gradients(model: Model, x: np.ndarray, y: np.ndarray) -> list[np.ndarray | None]:
    """d mean binary cross-entropy / d variable, for the trainable variables in order of first use."""
    import tensorflow as tf

    set_input_shape(model, x.shape[1:])
    ordered = ordered_variables(model)
    trainable = {id(v) for v in model.trainable_variables}
    variables = [v for v in ordered if id(v) in trainable]
    with tf.GradientTape() as tape:
        probability = tf.clip_by_value(tf.reshape(model(x, training=False), (-1,)), 1e-7, 1 - 1e-7)
        loss = -tf.reduce_mean(y * tf.math.log(probability) + (1 - y) * tf.math.log(1 - probability))
    found = tape.gradient(loss, [v.value for v in variables])
    return [None if g is None else np.asarray(tf.convert_to_tensor(g)) for g in found]


def ordered_variables(model: Model) -> list[Model]:
    """Variables that one forward pass reads, in the order of their first use; traced once per model."""
    import tensorflow as tf

    if model in _ordered:
        return _ordered[model]
    _build(model)
    by_handle = {id(v.value.handle): v for v in model.variables if hasattr(v.value, "handle")}
    shape = [1, *(side or 64 for side in _input_shape(model)[1:])]
    traced = tf.function(lambda x: model(x, training=False)).get_concrete_function(tf.TensorSpec(shape, tf.float32))
    used = (by_handle.get(id(external)) for external, _ in traced.graph.captures)
    found = [variable for variable in used if variable is not None]
    _ordered[model] = found
    return found


def _build(model: Model) -> None:
    if not model.built or not model.variables:
        model(np.zeros([1, *(side or 64 for side in _input_shape(model)[1:])], np.float32), training=False)


def _input_shape(model: Model) -> tuple[int | None, ...]:
    asked = _input_shapes.get(model)
    try:
        found = model.input_shape
    except AttributeError:
        found = None
    return _shape(found) or asked or (None, 64, 64, 1)


def _traced_output_shape(model: Model) -> Shape:
    output = model(np.zeros([1, *(side or 64 for side in _input_shape(model)[1:])], np.float32), training=False)
    return _shape((None, *output.shape[1:]))


def _output_shape(layer: Model) -> Shape:
    try:
        return _shape(layer.output.shape)
    except (AttributeError, ValueError):
        return None


def _shape(shape: Model) -> Shape:
    if shape is None or (shape and isinstance(shape[0], (tuple, list))):
        return None
    return tuple(None if side is None else int(side) for side in shape)


def _flatten(model: Model) -> Iterator[Model]:
    import keras

    for layer in model.layers:
        if isinstance(layer, keras.Model):
            yield from _flatten(layer)
        else:
            yield layer
