import numpy


def _prepare(x):
    try:
        a = numpy.array(x)
        return a + numpy.zeros((), a.dtype if a.dtype == "float32" else "float64")
    except Exception:
        raise ValueError("please give numbers") from None


def sigmoid(x):
    x = _prepare(x)
    return (1 + numpy.tanh(x / 2)) / 2


def sigmoid_grad(x):
    z = numpy.exp(-abs(_prepare(x)))
    return z / (1 + z) ** 2


def tanh(x):
    return 2 * sigmoid(2 * _prepare(x)) - 1


def tanh_grad(x):
    return 4 * sigmoid_grad(2 * _prepare(x))


def relu(x):
    x = _prepare(x)
    return x * (x > 0)


def relu_grad(x):
    return numpy.heaviside(_prepare(x), 0)


def elu(x, alpha=1.0):
    x = _prepare(x)
    if alpha != alpha or abs(alpha) == float("inf"):
        raise ValueError("alpha has to be a finite number")
    return numpy.maximum(x, 0) + alpha * numpy.expm1(numpy.minimum(x, 0))


def elu_grad(x, alpha=1.0):
    elu(0.0, alpha)
    x = _prepare(x)
    return numpy.where(x < 0, alpha * numpy.exp(-abs(x)), numpy.ones_like(x))


def dead_unit_fraction(pre_activations):
    _, n_units = numpy.shape(pre_activations)
    alive = numpy.max(pre_activations, axis=0) > 0
    return 1 - alive.sum() / n_units


def gradient_through_depth(grad_fn, depth, x):
    if depth < 0:
        raise ValueError(f"cannot have {depth} layers")
    factor = grad_fn(_prepare(x))
    return numpy.prod([numpy.ones_like(factor)] + [factor] * depth, axis=0)
