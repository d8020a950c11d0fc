"""Activation functions and their gradients in NumPy: the reference for the assignment ``activations``.

Sources: LeCun et al. (1998), "Efficient BackProp" (sigmoid, tanh); Nair and Hinton (2010), "Rectified
linear units improve restricted Boltzmann machines" (relu); Clevert et al. (2016), "Fast and accurate
deep network learning by exponential linear units" (elu).
"""

import numpy as np


def as_floats(x):
    """Given to you: x as a new array of floats, so that your function can never change its input.

    Args:
        x: a number, a list or an array of real numbers, any shape.

    Returns:
        Array of the same shape: float32 stays float32, all else becomes float64.

    Raises:
        ValueError: x does not hold real numbers (text, None, complex numbers).
    """
    array = np.asarray(x)
    if array.dtype.kind not in "biuf":  # bool, signed, unsigned, float
        raise ValueError(f"x must hold real numbers, got {x!r} (type {array.dtype})")
    return array.astype(np.float32 if array.dtype == np.float32 else np.float64)


def sigmoid(x):
    """sigmoid(x) = 1 / (1 + exp(-x)), about 3 lines.

    Args:
        x: real numbers, any shape, a single number included; |x| up to 1e4.

    Returns:
        New array of x's shape with values in [0, 1]: float32 for float32, else float64.
        No overflow and no warning, however large |x| is.

    Raises:
        ValueError: x does not hold real numbers (as_floats sees to that).
    """
    ### BEGIN SOLUTION
    x = as_floats(x)
    e = np.exp(-np.abs(x))  # never above 1, so it cannot overflow
    return np.where(x >= 0, 1 / (1 + e), e / (1 + e))
    ### END SOLUTION


def sigmoid_grad(x):
    """The slope of the sigmoid at x: sigmoid'(x) = sigmoid(x) (1 - sigmoid(x)), about 2 lines.

    Args:
        x: where to take the slope (x itself, not sigmoid(x)); any shape, |x| up to 1e4.

    Returns:
        New array of x's shape with values in [0, 0.25]: float32 for float32, else float64.

    Raises:
        ValueError: x does not hold real numbers.
    """
    ### BEGIN SOLUTION
    s = sigmoid(x)
    return s * (1 - s)
    ### END SOLUTION


def tanh(x):
    """tanh(x) = (exp(x) - exp(-x)) / (exp(x) + exp(-x)), about 1 line (np.tanh is welcome).

    Args:
        x: real numbers, any shape, |x| up to 1e4.

    Returns:
        New array of x's shape with values in [-1, 1]: float32 for float32, else float64. No warning.

    Raises:
        ValueError: x does not hold real numbers.
    """
    ### BEGIN SOLUTION
    return np.tanh(as_floats(x))
    ### END SOLUTION


def tanh_grad(x):
    """The slope of tanh at x: tanh'(x) = 1 - tanh(x)^2, about 1 line.

    Args:
        x: where to take the slope (x itself, not tanh(x)); any shape, |x| up to 1e4.

    Returns:
        New array of x's shape with values in [0, 1]: float32 for float32, else float64. No warning.

    Raises:
        ValueError: x does not hold real numbers.
    """
    ### BEGIN SOLUTION
    return 1 - tanh(x) ** 2
    ### END SOLUTION


def relu(x):
    """relu(x) = x where x > 0, and 0 elsewhere, about 1 line.

    Args:
        x: real numbers, any shape, |x| up to 1e4.

    Returns:
        New array of x's shape with values >= 0: float32 for float32, else float64.

    Raises:
        ValueError: x does not hold real numbers.
    """
    ### BEGIN SOLUTION
    return np.maximum(as_floats(x), 0)
    ### END SOLUTION


def relu_grad(x):
    """The slope of relu at x: 1 where x > 0, 0 elsewhere, 0 at x = 0 too, about 2 lines.

    Args:
        x: where to take the slope; any shape, |x| up to 1e4.

    Returns:
        New array of x's shape with values 0 or 1: float32 for float32, else float64 (not bool).

    Raises:
        ValueError: x does not hold real numbers.
    """
    ### BEGIN SOLUTION
    x = as_floats(x)
    return (x > 0).astype(x.dtype)
    ### END SOLUTION


def elu(x, alpha=1.0):
    """elu(x) = x where x > 0, and alpha (exp(x) - 1) elsewhere, about 4 lines.

    Args:
        x: real numbers, any shape, |x| up to 1e4.
        alpha: a finite number; elu tends to -alpha far to the left.

    Returns:
        New array of x's shape: float32 for float32, else float64. No overflow and no warning.

    Raises:
        ValueError: x does not hold real numbers, or alpha is NaN or infinite (this check is yours).
    """
    ### BEGIN SOLUTION
    x, alpha = as_floats(x), float(alpha)
    if not np.isfinite(alpha):
        raise ValueError(f"alpha must be a finite number, got {alpha}")
    # np.where computes both branches, so exp must only ever see the negative part.
    return np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))
    ### END SOLUTION


def elu_grad(x, alpha=1.0):
    """The slope of elu at x: 1 where x > 0, and alpha exp(x) where x < 0, about 4 lines.

    At x = 0 the two sides meet with different slopes unless alpha is 1: take either.

    Args:
        x: where to take the slope; any shape, |x| up to 1e4.
        alpha: a finite number.

    Returns:
        New array of x's shape: float32 for float32, else float64. No overflow and no warning.

    Raises:
        ValueError: x does not hold real numbers, or alpha is NaN or infinite.
    """
    ### BEGIN SOLUTION
    x, alpha = as_floats(x), float(alpha)
    if not np.isfinite(alpha):
        raise ValueError(f"alpha must be a finite number, got {alpha}")
    return np.where(x > 0, 1, alpha * np.exp(np.minimum(x, 0)))
    ### END SOLUTION


def dead_unit_fraction(pre_activations):
    """Share of units that are dead: their pre-activation is <= 0 on every sample, about 4 lines.

    Args:
        pre_activations: (n_samples, n_units) real numbers, at least one of each; what goes into relu.

    Returns:
        One number in [0, 1].

    Raises:
        ValueError: pre_activations is not two-dimensional.
    """
    ### BEGIN SOLUTION
    z = as_floats(pre_activations)
    if z.ndim != 2 or z.size == 0:
        raise ValueError(f"pre_activations must have shape (n_samples, n_units), got {z.shape}")
    dead = np.all(z <= 0, axis=0)  # one answer for each unit, over all samples
    return float(dead.mean())
    ### END SOLUTION


def gradient_through_depth(grad_fn, depth, x):
    """What is left of a gradient after depth layers that each see the same x, about 4 lines.

    The chain rule multiplies one factor grad_fn(x) for each layer:
    grad_fn(x) * grad_fn(x) * ... (depth times). Every layer passes x itself on, unchanged.

    Args:
        grad_fn: a function of an array that gives an array of the same shape, such as sigmoid_grad.
        depth: number of layers, an integer >= 0; with no layer nothing is lost and the result is 1.
        x: real numbers, any shape.

    Returns:
        New array of x's shape: float32 for float32, else float64.

    Raises:
        ValueError: depth is negative.
    """
    ### BEGIN SOLUTION
    x = as_floats(x)
    if depth != int(depth) or depth < 0:
        raise ValueError(f"depth must be a whole number of layers, 0 or more, got {depth!r}")
    return np.asarray(grad_fn(x)) ** int(depth)
    ### END SOLUTION
