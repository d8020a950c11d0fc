import math


def _each(function, x):
    """A function of a number for every entry, in a loop."""
    x = as_floats(x)
    out = np.empty(x.size, dtype=x.dtype)
    for i, value in enumerate(x.reshape(-1).tolist()):
        out[i] = function(value)
    return out.reshape(x.shape)


def _sigmoid(value):
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    return math.exp(value) / (1 + math.exp(value))


def sigmoid(x):
    return _each(_sigmoid, x)


def sigmoid_grad(x):
    return _each(lambda value: _sigmoid(value) * (1 - _sigmoid(value)), x)


def tanh(x):
    return _each(math.tanh, x)


def tanh_grad(x):
    return _each(lambda value: 1 - math.tanh(value) ** 2, x)


def relu(x):
    return _each(lambda value: max(value, 0.0), x)


def relu_grad(x):
    return _each(lambda value: 1.0 if value > 0 else 0.0, x)


def elu(x, alpha=1.0):
    if math.isnan(alpha) or math.isinf(alpha):
        raise ValueError("alpha is not a finite number")
    return _each(lambda value: value if value > 0 else alpha * math.expm1(value), x)


def elu_grad(x, alpha=1.0):
    if not math.isfinite(alpha):
        raise ValueError("alpha is not a finite number")
    return _each(lambda value: 1.0 if value > 0 else alpha * math.exp(value), x)


def dead_unit_fraction(pre_activations):
    table = np.asarray(pre_activations).tolist()
    if np.asarray(pre_activations).ndim != 2:
        raise ValueError("a table, please")
    dead = [unit for unit in zip(*table) if max(unit) <= 0]
    return len(dead) / len(table[0])


def gradient_through_depth(grad_fn, depth, x):
    if depth < 0:
        raise ValueError("no negative depth")
    return _each(lambda value: math.prod([float(grad_fn(np.asarray(value)))] * depth), x)
