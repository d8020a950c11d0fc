"""Hidden tests of ``activations``; never shipped.

Oracle: SciPy's ``expit`` and closed forms in NumPy, not the reference solution.

One rule, one test.  The tests of values hold an answer to CLOSE (SINGLE in float32); the others look at their own
rule and hold the values only to ROUGH, so that no constant passes and yet a small error is paid for once.

Tolerances.  Measured on 400,000 points of [-30, 30] against the oracle: the sigmoid as 1 / (1 + exp(-x)), by its two
branches, by logaddexp and as (1 + tanh(x / 2)) / 2; its slope as s (1 - s), s - s^2, by logaddexp and as
exp(-|x|) / (1 + exp(-|x|))^2; tanh by its fraction, by expm1 and by the sigmoid; its slope as 1 - tanh(x)^2 and
1 / cosh(x)^2; 3 (exp(x) - 1), 3 expm1(x) and 3 expm1(x) + 3.  In float64 all of them err by at most 5.6e-16, so 1e-12
leaves room and still catches every wrong formula; in float32 by at most 4e-7, so 2e-6.  ROUGH is coarser than any
rounding by far, and finer than the mistakes that it has to tell from the right values (an integer cut off, a constant,
one branch for the other: 0.1 and more).
"""

import numpy as np
import pytest
from scipy.special import expit

from autograder.grading.checks import check_close, check_dtype, check_raises, check_shape, check_unchanged

CLOSE = {"rtol": 1e-12, "atol": 1e-12}
SINGLE = {"rtol": 2e-6, "atol": 2e-6}
ROUGH = {"rtol": 1e-3, "atol": 1e-3}
SHAPES = ((5,), (3, 4), (1, 6, 1, 2))


def _sigmoid_grad(x):
    return expit(x) * expit(-x)


def _tanh_grad(x):
    # 4 s(2x) s(-2x) = 1 / cosh(x)^2, which does not overflow.
    return 4 * expit(2 * x) * expit(-2 * x)


def _relu(x):
    return (np.abs(x) + x) / 2


def _relu_grad(x):
    return np.heaviside(x, 0.0)


def _elu(x, alpha=1.0):
    left = x <= 0
    return np.piecewise(x, [left, ~left], [lambda t: alpha * np.expm1(t), lambda t: t])


def _elu_grad(x, alpha=1.0):
    left = x <= 0
    return np.piecewise(x, [left, ~left], [lambda t: alpha * np.exp(t), lambda t: np.ones_like(t)])


def _off_kinks(rng, low, high, size):
    """Random points of both signs that keep away from 0."""
    x = rng.uniform(low, high, size)
    return np.where(np.abs(x) < 0.01, 0.5, x)


def _check_values(student, name, oracle, rng, *, zeros=4, **kwargs):
    """Values in both precisions; ``zeros`` is 0 where two answers are right at 0, or another test looks there."""
    points = [_off_kinks(rng, -30, 30, 60), _off_kinks(rng, -2, 2, 60), np.zeros(zeros)]
    x = rng.permutation(np.concatenate(points))
    for dtype, tolerance in ((np.float64, CLOSE), (np.float32, SINGLE)):
        given = x.astype(dtype)
        expected = oracle(given.astype(np.float64), **kwargs)
        check_close(getattr(student, name)(given, **kwargs), expected, **tolerance, what=name)


def _check_far_out(student, name, oracle, rng):
    for dtype in (np.float64, np.float32):
        far = np.concatenate([rng.uniform(20, 1e4, 20), [0.7, 3.0, 88.0, 89.0, 400.0, 709.0, 710.0, 1e4]]).astype(dtype)
        x = rng.permutation(np.concatenate([far, -far]))
        reply = student.call(name, x)
        check_close(reply.value, oracle(x.astype(np.float64)), **ROUGH, what=name)
        assert not reply.warnings, f"{name} warned: {reply.warnings[0]}"


def _check_types(student, name, oracle, rng):
    given = [_off_kinks(rng, -4, 4, shape) for shape in SHAPES]
    given += [_off_kinks(rng, -4, 4, (7, 3)).astype(np.float32), rng.permutation(np.array([-7, -3, -1, 1, 2, 6]))]
    for x in given:
        value = getattr(student, name)(x)
        check_shape(value, x.shape)
        check_dtype(value, np.float32 if x.dtype == np.float32 else np.float64)
        check_close(value, oracle(x.astype(np.float64)), **ROUGH, what=name)


def _check_scalars(student, name, oracle, rng):
    for x in (float(rng.uniform(-4, -0.5)), float(rng.uniform(0.5, 4)), int(rng.integers(1, 4)), -2):
        value = getattr(student, name)(x)
        check_shape(value, ())
        check_close(value, oracle(np.asarray(float(x))), **ROUGH, what=name)


def _check_untouched(student, name, oracle, rng):
    for x in (_off_kinks(rng, -4, 4, (6, 5)), rng.uniform(0.1, 4, (6, 5))):
        for dtype in (np.float64, np.float32):
            given = x.astype(dtype)
            reply = student.call(name, given.copy())
            check_close(reply.value, oracle(given.astype(np.float64)), **ROUGH, what=name)
            check_unchanged(reply, given)


def _check_refuses_text(student, name, rng):
    check_shape(getattr(student, name)(_off_kinks(rng, -4, 4, 5)), (5,))  # raising on everything earns nothing
    check_raises(student, name, "normal")
    check_raises(student, name, ["0.5", "opacity"])


@pytest.mark.item(
    "sigmoid", weight=2, hint="1 / (1 + exp(-x)) for each entry by itself, in the precision that came in."
)
def test_sigmoid_values(student, rng):
    """Sigmoid has the right values on [-30, 30]."""
    _check_values(student, "sigmoid", expit, rng)


@pytest.mark.item(
    "sigmoid", weight=2, hint="s = sigmoid(x) of the x that comes in, then s (1 - s): computed, not nudged."
)
def test_sigmoid_grad_values(student, rng):
    """The sigmoid's slope has the right values on [-30, 30]."""
    _check_values(student, "sigmoid_grad", _sigmoid_grad, rng)


@pytest.mark.item("sigmoid", weight=2, hint="Take exp of -|x| only; for x < 0 use exp(x) / (1 + exp(x)). Mind float32.")
def test_sigmoid_far_out(student, rng):
    """Sigmoid is right and silent for |x| up to 1e4, in float64 and float32."""
    _check_far_out(student, "sigmoid", expit, rng)


@pytest.mark.item("sigmoid", hint="A slope built on a stable sigmoid is stable; dividing by exp(x) is not.")
def test_sigmoid_grad_far_out(student, rng):
    """The sigmoid's slope is right and silent for |x| up to 1e4."""
    _check_far_out(student, "sigmoid_grad", _sigmoid_grad, rng)


@pytest.mark.item("sigmoid", hint="float32 in, float32 out; float64 and integers give float64; the shape stays.")
def test_sigmoid_types_and_shapes(student, rng):
    """Sigmoid and its slope keep shape and type, for arrays of any shape."""
    _check_types(student, "sigmoid", expit, rng)
    _check_types(student, "sigmoid_grad", _sigmoid_grad, rng)


@pytest.mark.item(
    "sigmoid", hint="One number in, one number out: np.where and np.abs take it as it is, x[...] does not."
)
def test_sigmoid_single_numbers(student, rng):
    """Sigmoid and its slope accept a single number."""
    _check_scalars(student, "sigmoid", expit, rng)
    _check_scalars(student, "sigmoid_grad", _sigmoid_grad, rng)


@pytest.mark.item("sigmoid", hint="Write into a new array, never into x (x -= ..., x[...] = ..., out=x).")
def test_sigmoid_leaves_input_alone(student, rng):
    """Sigmoid and its slope return a new array and leave x as it was."""
    _check_untouched(student, "sigmoid", expit, rng)
    _check_untouched(student, "sigmoid_grad", _sigmoid_grad, rng)


@pytest.mark.item("sigmoid", hint="Let x pass through as_floats: it raises ValueError on text.")
def test_sigmoid_refuses_text(student, rng):
    """Sigmoid and its slope raise ValueError on text."""
    _check_refuses_text(student, "sigmoid", rng)
    _check_refuses_text(student, "sigmoid_grad", rng)


@pytest.mark.item(
    "tanh", weight=2, hint="(exp(x) - exp(-x)) / (exp(x) + exp(-x)), or np.tanh, in the precision that came in."
)
def test_tanh_values(student, rng):
    """Tanh has the right values on [-30, 30]."""
    _check_values(student, "tanh", np.tanh, rng)


@pytest.mark.item("tanh", weight=2, hint="t = tanh(x) of the x that comes in, then 1 - t^2: computed, not nudged.")
def test_tanh_grad_values(student, rng):
    """The slope of tanh has the right values on [-30, 30]."""
    _check_values(student, "tanh_grad", _tanh_grad, rng)


@pytest.mark.item("tanh", hint="exp(x) and cosh(x) overflow; np.tanh does not, and 1 - t^2 needs nothing else.")
def test_tanh_far_out(student, rng):
    """Tanh and its slope are right and silent for |x| up to 1e4."""
    _check_far_out(student, "tanh", np.tanh, rng)
    _check_far_out(student, "tanh_grad", _tanh_grad, rng)


@pytest.mark.item("tanh", hint="float32 in, float32 out; float64 and integers give float64; the shape stays.")
def test_tanh_types_and_shapes(student, rng):
    """Tanh and its slope keep shape and type, single numbers included."""
    for name, oracle in (("tanh", np.tanh), ("tanh_grad", _tanh_grad)):
        _check_types(student, name, oracle, rng)
        _check_scalars(student, name, oracle, rng)


@pytest.mark.item("tanh", hint="Write into a new array, never into x.")
def test_tanh_leaves_input_alone(student, rng):
    """Tanh and its slope return a new array and leave x as it was."""
    _check_untouched(student, "tanh", np.tanh, rng)
    _check_untouched(student, "tanh_grad", _tanh_grad, rng)


@pytest.mark.item("tanh", hint="Let x pass through as_floats: it raises ValueError on text.")
def test_tanh_refuses_text(student, rng):
    """Tanh and its slope raise ValueError on text."""
    _check_refuses_text(student, "tanh", rng)
    _check_refuses_text(student, "tanh_grad", rng)


@pytest.mark.item("relu", weight=2, hint="The larger of x and 0, for each entry by itself, exactly as it came in.")
def test_relu_values(student, rng):
    """ReLU has the right values on [-30, 30]."""
    _check_values(student, "relu", _relu, rng)


@pytest.mark.item("relu", weight=2, hint="A slope is 0 or 1 here, whatever the size of x.")
def test_relu_grad_values(student, rng):
    """The slope of ReLU has the right values on [-30, 30]."""
    _check_values(student, "relu_grad", _relu_grad, rng, zeros=0)


@pytest.mark.item("relu", hint="x > 0, not x >= 0: the text fixes the slope at 0 to be 0.")
def test_relu_grad_at_zero(student, rng):
    """The slope of ReLU is 0 at 0, wherever the zeros stand."""
    x = rng.permutation(np.concatenate([np.zeros(6), rng.uniform(0.1, 3, 5), rng.uniform(-3, -0.1, 4)]))
    check_close(student.relu_grad(x), _relu_grad(x), **ROUGH, what="relu_grad")


@pytest.mark.item("relu", hint="relu must hand large values on exactly as they are.")
def test_relu_far_out(student, rng):
    """ReLU and its slope are right and silent for |x| up to 1e4."""
    _check_far_out(student, "relu", _relu, rng)
    _check_far_out(student, "relu_grad", _relu_grad, rng)


@pytest.mark.item(
    "relu", hint="float32 in, float32 out; float64 and integers give float64, never bool; the shape stays."
)
def test_relu_types_and_shapes(student, rng):
    """ReLU and its slope keep shape and type, single numbers included."""
    for name, oracle in (("relu", _relu), ("relu_grad", _relu_grad)):
        _check_types(student, name, oracle, rng)
        _check_scalars(student, name, oracle, rng)


@pytest.mark.item("relu", hint="x[x < 0] = 0 writes into the caller's array: make a new one.")
def test_relu_leaves_input_alone(student, rng):
    """ReLU and its slope return a new array and leave x as it was."""
    _check_untouched(student, "relu", _relu, rng)
    _check_untouched(student, "relu_grad", _relu_grad, rng)


@pytest.mark.item("relu", hint="Let x pass through as_floats: it raises ValueError on text.")
def test_relu_refuses_text(student, rng):
    """ReLU and its slope raise ValueError on text."""
    _check_refuses_text(student, "relu", rng)
    _check_refuses_text(student, "relu_grad", rng)


@pytest.mark.item("elu", weight=2, hint="x where x > 0, alpha (exp(x) - 1) elsewhere; alpha is 1 unless given.")
def test_elu_values(student, rng):
    """ELU has the right values for several alpha, and for alpha left out."""
    for alpha in rng.uniform([0.2, 1.5], [0.8, 3]):
        _check_values(student, "elu", _elu, rng, alpha=float(alpha))
    _check_values(student, "elu", _elu, rng)


@pytest.mark.item("elu", weight=2, hint="1 where x > 0, alpha exp(x) elsewhere; alpha is 1 unless given.")
def test_elu_grad_values(student, rng):
    """The slope of ELU has the right values for several alpha, and for alpha left out."""
    for alpha in rng.uniform([0.2, 1.5], [0.8, 3]):
        _check_values(student, "elu_grad", _elu_grad, rng, zeros=0, alpha=float(alpha))
    _check_values(student, "elu_grad", _elu_grad, rng, zeros=0)


@pytest.mark.item("elu", weight=2, hint="np.where computes both branches: take exp of np.minimum(x, 0). Mind float32.")
def test_elu_far_out(student, rng):
    """ELU is right and silent for |x| up to 1e4, in float64 and float32."""
    _check_far_out(student, "elu", _elu, rng)


@pytest.mark.item("elu", hint="np.where computes both branches: take exp of np.minimum(x, 0).")
def test_elu_grad_far_out(student, rng):
    """The slope of ELU is right and silent for |x| up to 1e4."""
    _check_far_out(student, "elu_grad", _elu_grad, rng)


@pytest.mark.item("elu", hint="float32 in, float32 out; float64 and integers give float64; the shape stays.")
def test_elu_types_and_shapes(student, rng):
    """ELU and its slope keep shape and type, single numbers included."""
    for name, oracle in (("elu", _elu), ("elu_grad", _elu_grad)):
        _check_types(student, name, oracle, rng)
        _check_scalars(student, name, oracle, rng)


@pytest.mark.item("elu", hint="Write into a new array, never into x (x[x < 0] = ... changes the caller's array).")
def test_elu_leaves_input_alone(student, rng):
    """ELU and its slope return a new array and leave x as it was."""
    _check_untouched(student, "elu", _elu, rng)
    _check_untouched(student, "elu_grad", _elu_grad, rng)


@pytest.mark.item("elu", hint="as_floats raises on text; check alpha yourself with np.isfinite and raise ValueError.")
def test_elu_refuses_text_and_bad_alpha(student, rng):
    """ELU and its slope raise ValueError on text and on an alpha that is NaN or infinite."""
    for name in ("elu", "elu_grad"):
        _check_refuses_text(student, name, rng)
        for alpha in (float("nan"), float("inf")):
            check_raises(student, name, np.array([-1.0, 1.0]), alpha=alpha)


def _units(rng, samples, dead, alive, awake=None):
    """Pre-activations: ``dead`` units stay below 0, each other one is above 0 on ``awake`` samples (or on all)."""
    z = -rng.uniform(0.1, 3, (samples, dead + alive))
    for unit in range(dead, dead + alive):
        z[rng.permutation(samples)[:awake], unit] *= -1
    return z[:, rng.permutation(dead + alive)]


@pytest.mark.item("dead_units", weight=3, hint="Dead means <= 0 on every sample (axis 0), not on one or on average.")
def test_dead_unit_fraction_values(student, rng):
    """The share is right when each living unit is awake on one sample only."""
    for samples, dead, alive in ((9, 3, 5), (4, 11, 2), (30, 1, 6)):
        value = student.dead_unit_fraction(_units(rng, samples, dead, alive, awake=1))
        check_shape(value, ())
        check_close(value, dead / (dead + alive), **CLOSE, what="dead_unit_fraction")


@pytest.mark.item("dead_units", hint="<= 0 is dead: relu passes neither value nor slope on at exactly 0.")
def test_dead_unit_fraction_at_zero(student, rng):
    """Units that rest at exactly 0 on some samples and stay below it on the others are dead."""
    z = _units(rng, 6, 4, 5)
    asleep = np.flatnonzero(z[0] < 0)
    z[:, asleep] *= rng.integers(0, 2, (6, 4))
    z[2, asleep] = 0
    check_close(student.dead_unit_fraction(z), 4 / 9, **CLOSE, what="dead_unit_fraction")


@pytest.mark.item("dead_units", hint="No dead unit gives 0, only dead units give 1, and one sample is enough to judge.")
def test_dead_unit_fraction_extremes(student, rng):
    """The share is 0, 1 and right for one sample or one unit."""
    for samples, dead, alive in ((5, 0, 4), (5, 4, 0), (1, 3, 2), (8, 1, 0), (8, 0, 1)):
        value = student.dead_unit_fraction(_units(rng, samples, dead, alive))
        check_close(value, dead / (dead + alive), **CLOSE, what="dead_unit_fraction")


@pytest.mark.item("dead_units", hint="Compute with a new array; do not clip the one that came in.")
def test_dead_unit_fraction_leaves_input_alone(student, rng):
    """The pre-activations are left as they were; float32 and integers are welcome."""
    for dtype in (np.float64, np.float32, np.int64):
        z = (10 * _units(rng, 7, 2, 3)).astype(dtype)
        reply = student.call("dead_unit_fraction", z.copy())
        check_close(reply.value, 0.4, **CLOSE, what="dead_unit_fraction")
        check_unchanged(reply, z)


@pytest.mark.item("dead_units", hint="Check z.ndim == 2 and raise ValueError with the shape that came.")
def test_dead_unit_fraction_refuses_other_shapes(student, rng):
    """One or three dimensions raise ValueError."""
    check_close(student.dead_unit_fraction(_units(rng, 6, 1, 3)), 0.25, **CLOSE, what="dead_unit_fraction")
    check_raises(student, "dead_unit_fraction", rng.uniform(-1, 1, 6))
    check_raises(student, "dead_unit_fraction", rng.uniform(-1, 1, (2, 3, 4)))


# Slopes, which the student's function is given: they run in the student's process.


def bell(x):
    """Between 0 and 1."""
    return 1 / (1 + x * x)


def wave(x):
    """Of both signs."""
    return -0.9 * np.cos(x)


def one_half(x):
    """The same wherever it is taken: only the number of factors counts."""
    return 0.5 + 0 * x


@pytest.mark.item("vanishing_gradient", weight=3, hint="depth equal factors grad_fn(x): every layer sees the same x.")
def test_gradient_through_depth_values(student, rng):
    """The product is right for several slopes, depths and inputs, signs included."""
    for slope in (bell, wave):
        handle = student.define(slope)
        for depth in (1, 2, 7, int(rng.integers(8, 15))):
            x = rng.uniform(-2, 2, 12)
            # A product of at most 14 factors carries at most 14 roundings of 2.2e-16; 1e-12 leaves room.
            check_close(student.gradient_through_depth(handle, depth, x), slope(x) ** depth, rtol=1e-12, atol=1e-15,
                        what="gradient_through_depth")  # fmt: skip


@pytest.mark.item("vanishing_gradient", hint="An empty product is 1: start from ones of x's shape.")
def test_gradient_through_no_layer(student, rng):
    """With depth 0 the result is 1 everywhere, and with depth 1 it is the slope."""
    half = student.define(one_half)
    x = rng.uniform(-2, 2, (3, 4))
    for depth, expected in ((1, 0.5), (0, 1.0)):
        value = student.gradient_through_depth(half, depth, x)
        check_close(value, np.full((3, 4), expected), **CLOSE, what="gradient_through_depth")


@pytest.mark.item("vanishing_gradient", hint="float32 in, float32 out (ones_like keeps the type); the shape stays.")
def test_gradient_through_depth_types_and_shapes(student, rng):
    """The product has x's shape and type, and x is left as it was."""
    half = student.define(one_half)
    given = [rng.uniform(-2, 2, shape) for shape in SHAPES]
    given += [rng.uniform(-2, 2, 6).astype(np.float32), np.array([-2, 1, 3])]
    for x in given:
        reply = student.call("gradient_through_depth", half, 3, x.copy())
        check_shape(reply.value, x.shape)
        check_dtype(reply.value, np.float32 if x.dtype == np.float32 else np.float64)
        check_close(reply.value, np.full(x.shape, 0.125), **ROUGH, what="gradient_through_depth")
        assert np.array_equal(reply.args[2], x), "gradient_through_depth changed x"


@pytest.mark.item("vanishing_gradient", hint="Raise ValueError when depth < 0: there is no network of -1 layers.")
def test_gradient_through_depth_refuses_negative_depth(student, rng):
    """A negative depth raises ValueError."""
    half = student.define(one_half)
    x = rng.uniform(-2, 2, 5)
    check_close(student.gradient_through_depth(half, 2, x), np.full(5, 0.25), **ROUGH, what="gradient_through_depth")
    check_raises(student, "gradient_through_depth", half, -1, x)
