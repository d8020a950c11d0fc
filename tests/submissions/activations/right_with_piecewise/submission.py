def sigmoid(x):
    x = as_floats(x)
    left, right = x < 0, x >= 0
    return np.piecewise(x, [left, right], [lambda t: np.exp(t) / (np.exp(t) + 1), lambda t: 1 / (1 + np.exp(-t))])


def sigmoid_grad(x):
    return sigmoid(x) * sigmoid(-as_floats(x))


def tanh(x):
    x = as_floats(x)
    e = np.expm1(-2 * np.abs(x))
    return np.sign(x) * -e / (2 + e)


def tanh_grad(x):
    t = tanh(x)
    return (1 + t) * (1 - t)


def relu(x):
    x = as_floats(x)
    return np.piecewise(x, [x > 0], [lambda t: t, 0])


def relu_grad(x):
    x = as_floats(x)
    return np.piecewise(x, [x > 0, x <= 0], [1, 0])


def elu(x, alpha=1.0):
    if not np.isfinite(alpha):
        raise ValueError(f"alpha = {alpha}")
    x = as_floats(x)
    return np.piecewise(x, [x < 0], [lambda t: alpha * (np.exp(t) - 1), lambda t: t])


def elu_grad(x, alpha=1.0):
    if not np.isfinite(alpha):
        raise ValueError(f"alpha = {alpha}")
    x = as_floats(x)
    return np.piecewise(x, [x < 0], [lambda t: alpha * np.exp(t), 1])


def dead_unit_fraction(pre_activations):
    z = np.array(pre_activations)
    if len(z.shape) != 2:
        raise ValueError("pre_activations is not a table")
    return np.count_nonzero(z.max(axis=0) <= 0) / z.shape[1]


def gradient_through_depth(grad_fn, depth, x):
    if depth < 0:
        raise ValueError("depth < 0")
    return np.power(grad_fn(as_floats(x)), depth)
