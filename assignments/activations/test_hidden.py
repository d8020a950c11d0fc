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

from collections.abc import Callable
from dataclasses import dataclass

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


@dataclass(frozen=True)
class Function:
    """A function of the submission: its name, what titles call it, its oracle, how many zeros test its values.

    `zeros` is 0 where two answers are right at 0, or another test looks there.
    """

    name: str
    subject: str
    oracle: Callable
    zeros: int = 4


SIGMOID = Function("sigmoid", "Sigmoid", expit)
SIGMOID_GRAD = Function("sigmoid_grad", "The sigmoid's slope", _sigmoid_grad)
TANH = Function("tanh", "Tanh", np.tanh)
TANH_GRAD = Function("tanh_grad", "The slope of tanh", _tanh_grad)
RELU = Function("relu", "ReLU", _relu)
RELU_GRAD = Function("relu_grad", "The slope of ReLU", _relu_grad, zeros=0)
ELU = Function("elu", "ELU", _elu)
ELU_GRAD = Function("elu_grad", "The slope of ELU", _elu_grad, zeros=0)


def case(*functions, **about):
    """One function, or a function and its slope, that a rule is tested on; the rest goes to the item's marker."""
    given = functions if len(functions) > 1 else functions[0]
    name = functions[0].name
    return pytest.param(given, marks=pytest.mark.item(name.removesuffix("_grad"), **about), id=name)


def _off_kinks(rng, low, high, size):
    """Random points of both signs that keep away from 0."""
    x = rng.uniform(low, high, size)
    return np.where(np.abs(x) < 0.01, 0.5, x)


def _check_values(student, function, rng, **kwargs):
    """Values in both precisions."""
    points = [_off_kinks(rng, -30, 30, 60), _off_kinks(rng, -2, 2, 60), np.zeros(function.zeros)]
    x = rng.permutation(np.concatenate(points))
    for dtype, tolerance in ((np.float64, CLOSE), (np.float32, SINGLE)):
        given = x.astype(dtype)
        expected = function.oracle(given.astype(np.float64), **kwargs)
        check_close(getattr(student, function.name)(given, **kwargs), expected, **tolerance, what=function.name)


def _check_far_out(student, function, rng):
    for dtype in (np.float64, np.float32):
        far = np.concatenate([rng.uniform(20, 1e4, 20), [0.7, 3.0, 88.0, 89.0, 400.0, 709.0, 710.0, 1e4]]).astype(dtype)
        x = rng.permutation(np.concatenate([far, -far]))
        reply = student.call(function.name, x)
        check_close(reply.value, function.oracle(x.astype(np.float64)), **ROUGH, what=function.name)
        assert not reply.warnings, f"{function.name} warned: {reply.warnings[0]}"


def _check_types(student, function, rng):
    given = [_off_kinks(rng, -4, 4, shape) for shape in SHAPES]
    given += [_off_kinks(rng, -4, 4, (7, 3)).astype(np.float32), rng.permutation(np.array([-7, -3, -1, 1, 2, 6]))]
    for x in given:
        value = getattr(student, function.name)(x)
        check_shape(value, x.shape)
        check_dtype(value, np.float32 if x.dtype == np.float32 else np.float64)
        check_close(value, function.oracle(x.astype(np.float64)), **ROUGH, what=function.name)


def _check_scalars(student, function, rng):
    for x in (float(rng.uniform(-4, -0.5)), float(rng.uniform(0.5, 4)), int(rng.integers(1, 4)), -2):
        value = getattr(student, function.name)(x)
        check_shape(value, ())
        check_close(value, function.oracle(np.asarray(float(x))), **ROUGH, what=function.name)


def _check_refuses_text(student, function, rng):
    check_shape(getattr(student, function.name)(_off_kinks(rng, -4, 4, 5)), (5,))  # raising on all earns nothing
    check_raises(student, function.name, "normal")
    check_raises(student, function.name, ["0.5", "opacity"])


@pytest.mark.item(weight=2, title="{function.subject} has the right values on [-30, 30].",
                  name="test_{function.name}_values")  # fmt: skip
@pytest.mark.parametrize("function", [
    case(SIGMOID, hint="1 / (1 + exp(-x)) for each entry by itself, in the precision that came in."),
    case(SIGMOID_GRAD, hint="s = sigmoid(x) of the x that comes in, then s (1 - s): computed, not nudged."),
    case(TANH, hint="(exp(x) - exp(-x)) / (exp(x) + exp(-x)), or np.tanh, in the precision that came in."),
    case(TANH_GRAD, hint="t = tanh(x) of the x that comes in, then 1 - t^2: computed, not nudged."),
    case(RELU, hint="The larger of x and 0, for each entry by itself, exactly as it came in."),
    case(RELU_GRAD, hint="A slope is 0 or 1 here, whatever the size of x."),
])  # fmt: skip
def test_values(student, rng, function):
    _check_values(student, function, rng)


@pytest.mark.item(weight=2, title="{function.subject} has the right values for several alpha, and for alpha left out.",
                  name="test_{function.name}_values")  # fmt: skip
@pytest.mark.parametrize("function", [
    case(ELU, hint="x where x > 0, alpha (exp(x) - 1) elsewhere; alpha is 1 unless given."),
    case(ELU_GRAD, hint="1 where x > 0, alpha exp(x) elsewhere; alpha is 1 unless given."),
])  # fmt: skip
def test_values_for_alpha(student, rng, function):
    for alpha in rng.uniform([0.2, 1.5], [0.8, 3]):
        _check_values(student, function, rng, alpha=float(alpha))
    _check_values(student, function, rng)


@pytest.mark.item("relu", hint="x > 0, not x >= 0: the text fixes the slope at 0 to be 0.")
def test_relu_grad_at_zero(student, rng):
    """The slope of ReLU is 0 at 0, wherever the zeros stand."""
    x = rng.permutation(np.concatenate([np.zeros(6), rng.uniform(0.1, 3, 5), rng.uniform(-3, -0.1, 4)]))
    check_close(student.relu_grad(x), _relu_grad(x), **ROUGH, what="relu_grad")


@pytest.mark.item(weight=2, title="{function.subject} is right and silent for |x| up to 1e4, in float64 and float32.",
                  name="test_{function.name}_far_out")  # fmt: skip
@pytest.mark.parametrize("function", [
    case(SIGMOID, hint="Take exp of -|x| only; for x < 0 use exp(x) / (1 + exp(x)). Mind float32."),
    case(ELU, hint="np.where computes both branches: take exp of np.minimum(x, 0). Mind float32."),
])  # fmt: skip
def test_far_out(student, rng, function):
    _check_far_out(student, function, rng)


@pytest.mark.item(title="{function.subject} is right and silent for |x| up to 1e4.",
                  name="test_{function.name}_far_out")  # fmt: skip
@pytest.mark.parametrize("function", [
    case(SIGMOID_GRAD, hint="A slope built on a stable sigmoid is stable; dividing by exp(x) is not."),
    case(ELU_GRAD, hint="np.where computes both branches: take exp of np.minimum(x, 0)."),
])  # fmt: skip
def test_slope_far_out(student, rng, function):
    _check_far_out(student, function, rng)


@pytest.mark.item(title="{both[0].subject} and its slope are right and silent for |x| up to 1e4.",
                  name="test_{both[0].name}_far_out")  # fmt: skip
@pytest.mark.parametrize("both", [
    case(TANH, TANH_GRAD, hint="exp(x) and cosh(x) overflow; np.tanh does not, and 1 - t^2 needs nothing else."),
    case(RELU, RELU_GRAD, hint="relu must hand large values on exactly as they are."),
])  # fmt: skip
def test_both_far_out(student, rng, both):
    for function in both:
        _check_far_out(student, function, rng)


@pytest.mark.item("sigmoid", hint="float32 in, float32 out; float64 and integers give float64; the shape stays.")
def test_sigmoid_types_and_shapes(student, rng):
    """Sigmoid and its slope keep shape and type, for arrays of any shape."""
    for function in (SIGMOID, SIGMOID_GRAD):
        _check_types(student, function, rng)


@pytest.mark.item(
    "sigmoid", hint="One number in, one number out: np.where and np.abs take it as it is, x[...] does not."
)
def test_sigmoid_single_numbers(student, rng):
    """Sigmoid and its slope accept a single number."""
    for function in (SIGMOID, SIGMOID_GRAD):
        _check_scalars(student, function, rng)


@pytest.mark.item(title="{both[0].subject} and its slope keep shape and type, single numbers included.",
                  hint="float32 in, float32 out; float64 and integers give float64; the shape stays.",
                  name="test_{both[0].name}_types_and_shapes")  # fmt: skip
@pytest.mark.parametrize("both", [
    case(TANH, TANH_GRAD),
    case(RELU, RELU_GRAD,
         hint="float32 in, float32 out; float64 and integers give float64, never bool; the shape stays."),
    case(ELU, ELU_GRAD),
])  # fmt: skip
def test_types_and_shapes(student, rng, both):
    for function in both:
        _check_types(student, function, rng)
        _check_scalars(student, function, rng)


@pytest.mark.item(title="{both[0].subject} and its slope return a new array and leave x as it was.",
                  name="test_{both[0].name}_leaves_input_alone")  # fmt: skip
@pytest.mark.parametrize("both", [
    case(SIGMOID, SIGMOID_GRAD, hint="Write into a new array, never into x (x -= ..., x[...] = ..., out=x)."),
    case(TANH, TANH_GRAD, hint="Write into a new array, never into x."),
    case(RELU, RELU_GRAD, hint="x[x < 0] = 0 writes into the caller's array: make a new one."),
    case(ELU, ELU_GRAD, hint="Write into a new array, never into x (x[x < 0] = ... changes the caller's array)."),
])  # fmt: skip
def test_leaves_input_alone(student, rng, both):
    for function in both:
        for x in (_off_kinks(rng, -4, 4, (6, 5)), rng.uniform(0.1, 4, (6, 5))):
            for dtype in (np.float64, np.float32):
                given = x.astype(dtype)
                reply = student.call(function.name, given.copy())
                check_close(reply.value, function.oracle(given.astype(np.float64)), **ROUGH, what=function.name)
                check_unchanged(reply, given)


@pytest.mark.item(title="{both[0].subject} and its slope raise ValueError on text.",
                  hint="Let x pass through as_floats: it raises ValueError on text.",
                  name="test_{both[0].name}_refuses_text")  # fmt: skip
@pytest.mark.parametrize("both", [case(SIGMOID, SIGMOID_GRAD), case(TANH, TANH_GRAD), case(RELU, RELU_GRAD)])
def test_refuses_text(student, rng, both):
    for function in both:
        _check_refuses_text(student, function, rng)


@pytest.mark.item("elu", hint="as_floats raises on text; check alpha yourself with np.isfinite and raise ValueError.")
def test_elu_refuses_text_and_bad_alpha(student, rng):
    """ELU and its slope raise ValueError on text and on an alpha that is NaN or infinite."""
    for function in (ELU, ELU_GRAD):
        _check_refuses_text(student, function, rng)
        for alpha in (float("nan"), float("inf")):
            check_raises(student, function.name, np.array([-1.0, 1.0]), alpha=alpha)


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
