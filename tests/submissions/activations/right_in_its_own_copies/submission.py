def sigmoid(x):
    out = as_floats(x)
    np.clip(out, -80, 80, out=out)
    np.negative(out, out=out)
    np.exp(out, out=out)
    out += 1
    return np.divide(1, out, out=out)


def sigmoid_grad(x):
    out = as_floats(x)
    out[...] = np.exp(-np.abs(out))
    out /= (1 + out) ** 2
    return out


def tanh(x):
    out = as_floats(x)
    return np.tanh(out, out=out)


def tanh_grad(x):
    out = tanh(x)
    out **= 2
    return np.subtract(1, out, out=out)


def relu(x):
    out = as_floats(x)
    out[out < 0] = 0
    return out


def relu_grad(x):
    out = as_floats(x)
    positive = out > 0
    out[positive], out[~positive] = 1, 0
    return out


def elu(x, alpha=1.0):
    if not np.isfinite(alpha):
        raise ValueError(f"alpha must be finite, not {alpha}")
    out = as_floats(x)
    negative = out < 0
    np.copyto(out, alpha * np.expm1(np.clip(out, None, 0)), where=negative)
    return out


def elu_grad(x, alpha=1.0):
    if not np.isfinite(alpha):
        raise ValueError(f"alpha must be finite, not {alpha}")
    out = as_floats(x)
    positive = out > 0
    out[~positive] = alpha * np.exp(out[~positive])
    out[positive] = 1
    return out


def dead_unit_fraction(pre_activations):
    z = as_floats(pre_activations)
    if z.ndim != 2:
        raise ValueError(f"shape {z.shape}")
    z[z < 0] = 0
    alive = z.any(axis=0)
    return 1.0 - alive.sum() / alive.size


def gradient_through_depth(grad_fn, depth, x):
    if depth < 0:
        raise ValueError("depth must be at least 0")
    out = as_floats(x)
    factor = grad_fn(as_floats(x))
    out[...] = 1
    for _ in range(depth):
        out *= factor
    return out
