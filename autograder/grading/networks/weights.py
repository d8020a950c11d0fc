"""The weights of a trusted network: scaled so that every layer matters, and matched with a student's.

Theory of operation.  A student's variables come in the order of their first use in one forward pass, since the order of
a model's ``weights`` list depends on how it was written.  A trusted network is a functional Keras model.  Its layers
are visited as such a pass may come to them: branch by branch or by depth, and in any order of the branches that meet.
Each visited layer takes as many of the student's variables as it has itself.  Within a layer the names tell which is
which ("gamma", "moving_mean"); where a student has other names, the shapes do, and whether a variable is trainable.
The shapes say which orders are possible; which of these is right, the outputs say, see ``comparison``.

No student's name is believed: a wrong match only makes a network fail that would pass.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from autograder.grading.networks.architecture import KerasLayer, KerasModel
from autograder.grading.student import Weight

PRE_ACTIVATION_STD = 2.0
MAX_ORDERS = 256  # ways to go through one network: 2 for each place where two branches with weights meet


@dataclass(frozen=True)
class Variable:
    """A variable of a trusted layer: its name there ("kernel"), its value, its place in the model's ``weights``."""

    name: str
    value: np.ndarray
    trainable: bool
    index: int


Layer: TypeAlias = tuple[Variable, ...]
Parents: TypeAlias = Callable[[KerasLayer], list[KerasLayer]]
Turns: TypeAlias = Mapping[int, Sequence[int]]  # id of an operation where branches meet: the order of its branches


@dataclass(frozen=True)
class NetworkWeights:
    """The weights of a trusted network, layer by layer.

    Attributes:
        orders: the orders in which a forward pass may come to the layers; each holds all of them.
    """

    orders: tuple[tuple[Layer, ...], ...]

    @property
    def variables(self) -> list[Variable]:
        """All variables, in the first of the orders."""
        return [variable for layer in self.orders[0] for variable in layer]


@dataclass(frozen=True)
class Match:
    """Which variable of a trusted network belongs to which of a student's weights.

    Attributes:
        pairs: index of the student's weight, and the trusted variable.
    """

    pairs: tuple[tuple[int, Variable], ...]

    def into_student(self, weights: Sequence[Weight]) -> list[np.ndarray]:
        """The trusted values for the student's weights; a weight that has no partner (a counter) stays as it is."""
        values = [weight.value for weight in weights]
        for index, variable in self.pairs:
            values[index] = variable.value
        return values

    def into_trusted(self, weights: Sequence[Weight]) -> list[np.ndarray]:
        """The student's values for the trusted model's ``set_weights``."""
        ordered = sorted(self.pairs, key=lambda pair: pair[1].index)
        return [weights[index].value for index, _ in ordered]


# -- what a trusted network has ------------------------------------------------------------------------


def weights_of(model: KerasModel) -> NetworkWeights:
    """The weights of a functional Keras model, each of whose layers is used once."""
    indices = {id(variable): index for index, variable in enumerate(model.weights)}

    def variables(layer: KerasLayer) -> Layer:
        trained = {id(variable) for variable in layer.trainable_weights}
        return tuple(Variable(v.name, np.asarray(v), id(v) in trained, indices[id(v)]) for v in layer.weights)

    orders = _layer_orders(model)
    by_layer = {id(layer): variables(layer) for layer in orders[0]}  # copied once, however many orders there are
    return NetworkWeights(tuple(tuple(by_layer[id(layer)] for layer in order) for order in orders))


def _layer_orders(model: KerasModel) -> list[list[KerasLayer]]:
    """The layers with weights, in every order in which a forward pass may come to them."""
    makers = {id(tensor): operation for operation in model.operations for tensor in _flat(operation.output)}
    inputs = {id(tensor) for tensor in model.inputs}
    outputs = [makers[id(tensor)] for tensor in model.outputs]

    def parents(operation: KerasLayer) -> list[KerasLayer]:
        return [makers[id(tensor)] for tensor in _flat(operation.input) if id(tensor) not in inputs]

    def branch_by_branch(turns: Turns) -> list[KerasLayer]:
        return _visit(outputs, parents, turns)

    ways = []  # for each place where branches with weights meet, what can be told apart
    for operation in model.operations:
        turns = [{id(operation): turn} for turn in itertools.permutations(range(len(parents(operation))))]
        if len(turns) > 1 and _weighted(branch_by_branch(turns[0])) != _weighted(branch_by_branch(turns[-1])):
            ways.append(turns)
    depths = _depths(branch_by_branch({}), parents)
    found: dict[tuple[int, ...], list[KerasLayer]] = {}
    for chosen in itertools.islice(itertools.product(*ways), MAX_ORDERS):
        one = branch_by_branch({key: turn for turns in chosen for key, turn in turns.items()})
        # A functional Keras model is evaluated by depth, all branches side by side.
        for order in (one, *(sorted(way, key=lambda layer: -depths[id(layer)]) for way in (one, one[::-1]))):
            found.setdefault(tuple(map(id, _weighted(order))), _weighted(order))
    return list(found.values())


def _visit(outputs: list[KerasLayer], parents: Parents, turns: Turns) -> list[KerasLayer]:
    """All operations, each after its parents; ``turns`` says where branches meet which of them comes when."""
    visited: dict[int, KerasLayer] = {}

    def visit(operation: KerasLayer) -> None:
        if id(operation) not in visited:
            before = parents(operation)
            for n in turns.get(id(operation), range(len(before))):
                visit(before[n])
            visited[id(operation)] = operation

    for operation in outputs:
        visit(operation)
    return list(visited.values())


def _depths(ordered: list[KerasLayer], parents: Parents) -> dict[int, int]:
    """How many operations there are at most from each to the output."""
    depths: dict[int, int] = {}
    for operation in reversed(ordered):
        below = depths.setdefault(id(operation), 0)
        for parent in parents(operation):
            depths[id(parent)] = max(depths.get(id(parent), 0), below + 1)
    return depths


def _weighted(operations: list[KerasLayer]) -> list[KerasLayer]:
    return [operation for operation in operations if getattr(operation, "weights", None)]


def _flat(tensors: object) -> Sequence[object]:
    return tensors if isinstance(tensors, (list, tuple)) else [tensors]


# -- random weights ------------------------------------------------------------------------------------


def random_weights(model: KerasModel, images: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    """Puts random weights into a trusted network, scaled so that every layer matters.

    Every unit's pre-activation (after a batch normalisation: its output) gets mean about 0.3 N(0, 1) and standard
    deviation 2 over the images (and positions), so that no layer is linear, saturated or dead, whatever the activation.

    Args:
        model: a functional keras.Model; changed in place.
        images: (n, height, width, channels) float32, n >= 4.
        rng: source of the weights.

    Returns:
        The model's weights as float32 arrays, in the order of its ``get_weights``.

    Raises:
        TypeError: a layer whose weights are neither a kernel (and a bias) nor those of a batch normalisation.
    """
    import keras

    def randomised(operation: KerasLayer) -> KerasLayer:
        def call(x, *args, **kwargs):  # type: ignore[no-untyped-def]  # whatever Keras calls a layer with
            if getattr(operation, "weights", None):
                _randomise(operation, x, rng)
            return operation(x, *args, **kwargs)

        return call

    # Keras's own walk through the graph: one pass, in which each layer gets its weights when its input is known.
    model._run_through_graph(keras.ops.convert_to_tensor(images), operation_fn=randomised)
    weights: list[np.ndarray] = model.get_weights()
    return weights


def _randomise(layer: KerasLayer, x: object, rng: np.random.Generator) -> None:
    """Gives one layer with the input ``x`` its random weights."""
    import keras

    if isinstance(layer, keras.layers.BatchNormalization) and layer.scale and layer.center:
        layer.set_weights(_normalisation(np.asarray(x, dtype=np.float64), layer.epsilon, rng))
    elif hasattr(layer, "kernel") and len(layer.weights) == 1 + layer.use_bias:
        layer.set_weights(_kernel_and_bias(layer, x, rng))
    else:
        raise TypeError(
            f"{layer.name} ({type(layer).__name__}): random_weights knows layers with a kernel (and a bias) and batch "
            "normalisation; teach it this one in autograder/grading/networks/weights.py"
        )


def _kernel_and_bias(layer: KerasLayer, x: object, rng: np.random.Generator) -> list[np.ndarray]:
    """A random kernel and, where there is one, a bias."""
    import keras

    kernel = rng.standard_normal(layer.kernel.shape).astype("float32")
    units = kernel.shape[-1]
    activation, layer.activation = layer.activation, keras.activations.linear
    layer.set_weights([kernel, np.zeros(units, "float32")][: len(layer.weights)])
    pre = np.asarray(layer(x), dtype=np.float64).reshape(-1, units)
    layer.activation = activation
    scale = PRE_ACTIVATION_STD / np.maximum(pre.std(axis=0), 1e-6)
    bias = 0.3 * rng.standard_normal(units) - pre.mean(axis=0) * scale
    return [(kernel * scale).astype("float32"), bias.astype("float32")][: len(layer.weights)]


def _normalisation(x: np.ndarray, epsilon: float, rng: np.random.Generator) -> list[np.ndarray]:
    """Gamma, beta, moving mean and moving variance; the latter two are not those of ``x``, so that they matter."""
    pre = x.reshape(-1, x.shape[-1])
    mean, deviation = pre.mean(axis=0), np.maximum(pre.std(axis=0), 1e-6)
    moving_mean = mean + 0.5 * deviation * rng.standard_normal(len(mean))
    moving_variance = deviation**2 * rng.uniform(0.5, 2.0, len(mean))
    slope = PRE_ACTIVATION_STD / deviation
    gamma = slope * np.sqrt(moving_variance + epsilon)
    beta = 0.3 * rng.standard_normal(len(mean)) - slope * (mean - moving_mean)
    return [array.astype("float32") for array in (gamma, beta, moving_mean, moving_variance)]


# -- a student's weights -------------------------------------------------------------------------------


def match(network: NetworkWeights, weights: Sequence[Weight], *, frozen: bool = False) -> list[Match]:
    """Finds the trusted variable that belongs to each of a student's weights.

    Weights that are not trainable take part where the trusted network has such weights as well (batch normalisation).

    Args:
        network: the trusted network.
        weights: a student's, in the order of first use.
        frozen: whether all that are not trainable take part: a student may freeze and thaw layers.

    Returns:
        One match for each order of the trusted layers that the shapes allow, at least one.

    Raises:
        AssertionError: the student's weights have other numbers or shapes; says which.
    """
    wanted = network.variables
    frozen = frozen or not all(variable.trainable for variable in wanted)
    used = [n for n, w in enumerate(weights) if w.trainable or (frozen and w.value.dtype.kind == "f")]
    if len(used) != len(wanted):
        layers = len(network.orders[0])
        raise AssertionError(
            f"the model has {len(used)} {'' if frozen else 'trainable '}arrays, {len(wanted)} expected: those of the "
            f"{layers} layer{'s' * (layers != 1)} with weights, and no layers beside them"
        )
    found, problems = [], []
    for order in network.orders:
        try:
            found.append(_match_in_order(order, used, weights))
        except AssertionError as problem:
            problems.append(problem)
    if not found:
        raise problems[0]
    return found


def _match_in_order(order: Iterable[Layer], used: list[int], weights: Sequence[Weight]) -> Match:
    pairs: list[tuple[int, Variable]] = []
    for number, layer in enumerate(order, start=1):
        group = used[len(pairs) : len(pairs) + len(layer)]
        matched = _match_layer(layer, {index: weights[index] for index in group})
        if matched is None:
            got = " and ".join(str(weights[index].value.shape) for index in group)
            want = " and ".join(str(variable.value.shape) for variable in layer)
            raise AssertionError(f"layer {number} has weights of shapes {got}, expected {want}")
        pairs += matched
    return Match(tuple(pairs))


def _match_layer(layer: Layer, group: dict[int, Weight]) -> list[tuple[int, Variable]] | None:
    """The weight for each variable of a layer: of its shape, if possible of its name and as trainable; else None."""
    left, pairs = dict(group), []
    for variable in layer:
        fitting = [index for index, weight in left.items() if weight.value.shape == variable.value.shape]
        if not fitting:
            return None
        best = max(fitting, key=lambda index: _likeness(left[index], variable))  # the first of equals
        pairs.append((best, variable))
        del left[best]
    return pairs


def _likeness(weight: Weight, variable: Variable) -> tuple[bool, bool]:
    return weight.name.rpartition("/")[2] == variable.name, weight.trainable == variable.trainable
