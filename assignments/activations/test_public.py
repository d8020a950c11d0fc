"""Public tests of ``activations``: students see and run these with ``check("sigmoid")`` and so on."""

import numpy as np
import pytest

from autograder.grading.checks import check_close, check_shape

# Worked out by hand and rounded to six decimals, hence the tolerance.
ROUNDED = 1e-6


@pytest.mark.item("sigmoid", hint="1 / (1 + exp(-x)): mind the minus sign, sigmoid grows with x.")
def test_sigmoid_known_values(student):
    """Sigmoid is 0.5 at 0, and 0.119203 and 0.880797 at -2 and 2."""
    x = np.array([-2.0, 0.0, 2.0])
    check_close(student.sigmoid(x), np.array([0.119203, 0.5, 0.880797]), atol=ROUNDED, what="sigmoid([-2, 0, 2])")


@pytest.mark.item("sigmoid", hint="x itself comes in: evaluate the sigmoid first, then s (1 - s).")
def test_sigmoid_grad_known_values(student):
    """The sigmoid's slope is 0.25 at 0 and 0.104994 at -2 and at 2."""
    x = np.array([-2.0, 0.0, 2.0])
    expected = np.array([0.104994, 0.25, 0.104994])
    check_close(student.sigmoid_grad(x), expected, atol=ROUNDED, what="sigmoid_grad([-2, 0, 2])")


@pytest.mark.item(
    "sigmoid", hint="exp of a large number overflows, and to clip x bends the tails: take exp of -|x| only."
)
def test_sigmoid_is_quiet_far_out(student):
    """Sigmoid gives 0 and 1 at -1000 and 1000, without a warning."""
    reply = student.call("sigmoid", np.array([-1000.0, 1000.0]))
    check_close(reply.value, np.array([0.0, 1.0]), atol=ROUNDED, what="sigmoid([-1000, 1000])")
    assert not reply.warnings, f"sigmoid([-1000, 1000]) warned: {reply.warnings[0]}"


@pytest.mark.item("tanh", hint="np.tanh, or 2 sigmoid(2 x) - 1: from -1 to 1, and as steep as x itself at 0.")
def test_tanh_known_values(student):
    """Tanh is 0 at 0, and -0.761594 and 0.964028 at -1 and 2."""
    x = np.array([-1.0, 0.0, 2.0])
    check_close(student.tanh(x), np.array([-0.761594, 0.0, 0.964028]), atol=ROUNDED, what="tanh([-1, 0, 2])")


@pytest.mark.item("tanh", hint="1 - tanh(x)^2: x itself comes in, so evaluate tanh first, then square it.")
def test_tanh_grad_known_values(student):
    """The slope of tanh is 1 at 0, and 0.419974 and 0.070651 at -1 and 2."""
    x = np.array([-1.0, 0.0, 2.0])
    check_close(student.tanh_grad(x), np.array([0.419974, 1.0, 0.070651]), atol=ROUNDED, what="tanh_grad([-1, 0, 2])")


@pytest.mark.item("relu", hint="Negative entries become 0, the others stay as they are.")
def test_relu_known_values(student):
    """ReLU of [-3, -0.5, 0, 0.5, 3] is [0, 0, 0, 0.5, 3]."""
    x = np.array([-3.0, -0.5, 0.0, 0.5, 3.0])
    check_close(student.relu(x), np.array([0.0, 0.0, 0.0, 0.5, 3.0]), atol=ROUNDED, what="relu([-3, -0.5, 0, 0.5, 3])")


@pytest.mark.item("relu", hint="1 where x > 0 and 0 elsewhere; by convention 0 at x = 0.")
def test_relu_grad_known_values(student):
    """The slope of ReLU at [-3, 0, 2] is [0, 0, 1]."""
    x = np.array([-3.0, 0.0, 2.0])
    check_close(student.relu_grad(x), np.array([0.0, 0.0, 1.0]), atol=ROUNDED, what="relu_grad([-3, 0, 2])")


@pytest.mark.item("elu", hint="alpha (exp(x) - 1) on the left of 0, x on the right; use the alpha that comes in.")
def test_elu_known_values(student):
    """ELU with alpha = 0.5 is -0.432332 at -2, 0 at 0 and 3 at 3."""
    x = np.array([-2.0, 0.0, 3.0])
    expected = np.array([-0.432332, 0.0, 3.0])
    check_close(student.elu(x, alpha=0.5), expected, atol=ROUNDED, what="elu([-2, 0, 3], alpha=0.5)")


@pytest.mark.item("elu", hint="alpha exp(x) on the left of 0 (no -1 any more: it is a slope), 1 on the right.")
def test_elu_grad_known_values(student):
    """The slope of ELU with alpha = 0.5 is 0.067668 at -2 and 1 at 3."""
    x = np.array([-2.0, 3.0])
    check_close(student.elu_grad(x, alpha=0.5), np.array([0.067668, 1.0]), atol=ROUNDED, what="elu_grad([-2, 3], 0.5)")


@pytest.mark.item("elu", hint="np.where computes both branches: take exp of np.minimum(x, 0).")
def test_elu_is_quiet_far_out(student):
    """ELU gives -1 and 1000 at -1000 and 1000, without a warning."""
    reply = student.call("elu", np.array([-1000.0, 1000.0]))
    check_close(reply.value, np.array([-1.0, 1000.0]), atol=ROUNDED, what="elu([-1000, 1000])")
    assert not reply.warnings, f"elu([-1000, 1000]) warned: {reply.warnings[0]}"


@pytest.mark.item("dead_units", hint="A share from 0 to 1: of the columns (units), those that are <= 0 in every row.")
def test_dead_unit_fraction_by_hand(student):
    """Of four units that saw three images, only the first is dead."""
    z = np.array([[-1.0, 2.0, -3.0, -0.1], [-2.0, -1.0, 0.5, -4.0], [-0.5, -2.0, -1.0, 2.0]])
    value = student.dead_unit_fraction(z)
    check_shape(value, ())
    check_close(value, 0.25, atol=ROUNDED, what=f"dead_unit_fraction({z.tolist()})")


@pytest.mark.item("dead_units", hint="relu'(0) = 0, so a unit that is exactly 0 learns nothing: <=, not <.")
def test_dead_unit_fraction_counts_zero_as_dead(student):
    """A unit that is 0 on both samples is dead: one of three here."""
    z = np.array([[0.0, 1.0, 2.0], [0.0, 2.0, 1.0]])
    check_close(student.dead_unit_fraction(z), 1 / 3, atol=ROUNDED, what="dead_unit_fraction([[0, 1, 2], [0, 2, 1]])")


def one_quarter(x):
    """A slope that is the same everywhere."""
    return 0.25 + 0 * x


def half_of(x):
    """A slope that grows with x."""
    return 0.5 * x


@pytest.mark.item("vanishing_gradient", hint="Multiply depth factors grad_fn(x); every layer sees the same x.")
def test_gradient_through_depth_by_hand(student):
    """Ten layers with the slope 0.25 leave 9.5e-7, and three layers with the slope x / 2 leave (x / 2)^3."""
    quarter = student.define(one_quarter)
    value = student.gradient_through_depth(quarter, 10, np.array([-1.0, 0.0, 5.0]))
    check_close(value, np.full(3, 0.25**10), what="gradient_through_depth(quarter, 10, [-1, 0, 5])")
    half = student.define(half_of)
    value = student.gradient_through_depth(half, 3, np.array([1.0, 2.0, -4.0]))
    check_close(value, np.array([0.125, 1.0, -8.0]), atol=ROUNDED, what="gradient_through_depth(half, 3, [1, 2, -4])")
