def sigmoid(x):
    return np.exp(-np.logaddexp(0, -as_floats(x)))


def sigmoid_grad(x):
    x = as_floats(x)
    return np.exp(-np.logaddexp(0, x) - np.logaddexp(0, -x))


def tanh(x):
    return 2 * np.exp(-np.logaddexp(0, -2 * as_floats(x))) - 1


def tanh_grad(x):
    return 4 * sigmoid_grad(2 * as_floats(x))


def relu(x):
    x = as_floats(x)
    return (x + abs(x)) / 2


def relu_grad(x):
    x = as_floats(x)
    return (np.sign(x) + np.abs(np.sign(x))) / 2


def elu(x, alpha=1.0):
    x = as_floats(x)
    if np.isnan(alpha) or np.isinf(alpha):
        raise ValueError("alpha must be finite")
    return relu(x) + alpha * np.expm1(-relu(-x))


def elu_grad(x, alpha=1.0):
    x = as_floats(x)
    if np.isnan(alpha) or np.isinf(alpha):
        raise ValueError("alpha must be finite")
    return relu_grad(x) + (1 - relu_grad(x)) * alpha * np.exp(-relu(-x))


def dead_unit_fraction(pre_activations):
    if np.ndim(pre_activations) != 2:
        raise ValueError("two dimensions, please")
    return 1 - np.mean(np.any(np.asarray(pre_activations) > 0, axis=0))


def gradient_through_depth(grad_fn, depth, x):
    if depth < 0:
        raise ValueError("depth must not be negative")
    factor = grad_fn(as_floats(x))
    product = np.ones_like(factor)
    while depth:
        if depth % 2:
            product = product * factor
        factor, depth = factor * factor, depth // 2
    return product
