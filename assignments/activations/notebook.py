# %% [markdown] lang="en"
# # {{ title }}
#
# A chest X-ray goes into the first layer of a network, and a verdict comes out of the last one. Learning runs the other way: the error at the end is sent back, layer by layer, and each layer multiplies it by the **slope of its activation function**. What is left of it when it reaches the first layer decides whether that layer can learn to see a faint opacity at all.
#
# You will write four activation functions with their slopes, and then measure two ways in which a signal gets lost: it **vanishes** over many layers, or a unit **dies** and passes on nothing at all.
#
# **How to work.** Write your code between the lines of the cells that say `raise NotImplementedError()`, delete that line, and run the `check(...)` cell below. The public checks tell you what went in, what came out, and what was wanted. Your grade uses further, hidden tests of the same rules. Cells that draw pictures fail with `NotImplementedError` until the functions that they need are written; that is no harm.
#
# | item | points |
# |---|---|
# | sigmoid and its slope | {{ points("sigmoid") }} |
# | tanh and its slope | {{ points("tanh") }} |
# | ReLU and its slope | {{ points("relu") }} |
# | ELU and its slope | {{ points("elu") }} |
# | the gradient through depth | {{ points("vanishing_gradient") }} |
# | dead units | {{ points("dead_units") }} |

# %% [markdown] lang="ko"
# # {{ title }}
#
# 흉부 X선 영상은 신경망의 첫 번째 층으로 들어가고, 판정은 마지막 층에서 나옵니다. 학습은 거꾸로 진행됩니다. 끝에서 생긴 오차가 한 층씩 뒤로 전달되고, 그때마다 **활성화 함수의 기울기**가 곱해집니다. 첫 번째 층에 도착했을 때 남아 있는 양이, 그 층이 희미한 음영을 보는 법을 배울 수 있는지를 결정합니다.
#
# 이 과제에서는 활성화 함수 네 개와 그 기울기를 직접 작성하고, 신호가 사라지는 두 가지 경로를 측정합니다. 여러 층을 지나며 **소실**되거나, 유닛이 **죽어서** 아무것도 전달하지 못하는 경우입니다.
#
# **진행 방법.** `raise NotImplementedError()`가 있는 셀에서 그 줄을 지우고 코드를 작성한 뒤, 바로 아래의 `check(...)` 셀을 실행하세요. 공개 검사는 무엇을 넣었고, 무엇이 나왔으며, 무엇이 나와야 하는지 알려 줍니다. 성적에는 같은 규칙을 확인하는 비공개 검사도 쓰입니다. 그림을 그리는 셀은 필요한 함수를 작성하기 전까지 `NotImplementedError`로 멈추는데, 문제가 되지 않습니다. 그림 속 글자는 글꼴 문제를 피하려고 영어로 적었습니다.
#
# | 항목 | 점수 |
# |---|---|
# | 시그모이드와 기울기 | {{ points("sigmoid") }} |
# | tanh와 기울기 | {{ points("tanh") }} |
# | ReLU와 기울기 | {{ points("relu") }} |
# | ELU와 기울기 | {{ points("elu") }} |
# | 깊이를 지나는 기울기 | {{ points("vanishing_gradient") }} |
# | 죽은 유닛 | {{ points("dead_units") }} |

# %%
from autograder import check

# %% [markdown] lang="en"
# The next cell is yours: put imports and helpers that your functions need here, since only this cell and the solution cells are handed to the grader. NumPy is the only package available there. It already holds `as_floats`, which we give to you: it copies its input into a new array of the right type and refuses text.

# %% [markdown] lang="ko"
# 다음 셀은 여러분의 것입니다. 작성한 함수에 필요한 import와 보조 함수는 여기에 두세요. 채점기에는 이 셀과 풀이 셀만 전달되며, 쓸 수 있는 패키지는 NumPy뿐입니다. 이미 들어 있는 `as_floats`는 미리 제공하는 함수로, 입력을 알맞은 자료형의 새 배열로 복사하고 문자열 입력은 거부합니다.

# %% solution="imports"
import numpy as np


{{ reference("as_floats") }}

# %% [markdown] lang="en"
# ## 1. Why not stay linear?
#
# A layer without an activation function multiplies its input by a matrix of weights. Stack ten of them: is the result richer than one?
#
# **Predict** before you run the cell: how far do ten linear layers get from one single matrix?

# %% [markdown] lang="ko"
# ## 1. 왜 선형으로 두지 않을까?
#
# 활성화 함수가 없는 층은 입력에 가중치 행렬을 곱할 뿐입니다. 이런 층을 열 개 쌓으면 한 층보다 더 많은 것을 표현할 수 있을까요?
#
# 셀을 실행하기 전에 **예측해 보세요**. 선형 층 열 개의 결과는 행렬 하나와 얼마나 다를까요?

# %%
import matplotlib.pyplot as plt

rng = np.random.default_rng(7)
images = rng.normal(size=(5, 16))  # five tiny "images" of 16 pixels
layers = [rng.normal(0, 0.25, size=(16, 16)) for _ in range(10)]

through_ten_layers = images
for weights in layers:
    through_ten_layers = through_ten_layers @ weights
one_matrix = np.linalg.multi_dot(layers)

difference = np.abs(through_ten_layers - images @ one_matrix).max()
print(f"largest difference between ten layers and one matrix: {difference:.1e}")

# %% [markdown] lang="en"
# **What you saw.** Ten linear layers *are* one matrix, up to rounding. Depth buys nothing until something bends between the layers. That something is the activation function, and the price of bending is its slope, which learning has to pass through.
#
# So let us measure slopes. The honest way needs no calculus: **nudge** the input a little in both directions and see how far the output moves. The cell below does this for $x^3$, whose slope at 2 is 12.

# %% [markdown] lang="ko"
# **결과 살펴보기.** 반올림 오차를 빼면 선형 층 열 개는 행렬 하나와 *똑같습니다*. 층 사이에 비선형 함수가 없으면 아무리 깊게 쌓아도 이득이 없습니다. 그 비선형 함수가 활성화 함수이고, 그 대가로 학습 신호는 활성화 함수의 기울기를 통과해야 합니다.
#
# 이제 기울기를 재 봅시다. 미적분 없이도 할 수 있는 가장 단순한 방법은 **수치 미분**입니다. 입력을 양쪽으로 아주 조금 바꾸어 보고 출력이 얼마나 움직이는지 봅니다. 아래 셀은 $x^3$에 대해 이 방법을 쓰는데, 2에서의 기울기는 12입니다.

# %%
def nudge(function, x, step=1e-5):
    """Slope of a function at x, from two nudges: (f(x + h) - f(x - h)) / 2h."""
    return (function(x + step) - function(x - step)) / (2 * step)


def cube(x):
    return x**3


print(f"nudged slope of x^3 at 2: {nudge(cube, 2.0):.8f}")

# %% [markdown] lang="en"
# ## 2. Sigmoid
#
# The oldest squashing function turns any number into something like a probability:
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}} \qquad \sigma'(x) = \sigma(x)\,(1 - \sigma(x))$$
#
# The formula is short; a good implementation has to respect the **house rules**, which hold for all eight functions of sections 2 to 5:
#
# * Any shape goes in, a single number included, and the same shape comes out.
# * `float32` in gives `float32` out; `float64` and whole numbers give `float64`.
# * The result is a new array; the input is never changed.
# * For |x| up to 10,000 the result is right and there is no overflow and no warning.
# * Text instead of numbers raises `ValueError`.
#
# `sigmoid_grad(x)` takes x itself, not σ(x).
#
# <details><summary>Hint: overflow</summary>
#
# `np.exp(1000)` overflows, `np.exp(-1000)` is just 0. Which of the two does the formula compute when x = -1000? Multiply numerator and denominator by $e^{x}$ to get a second form of σ that is safe there. Then `np.where` can choose between the two, as long as *both* are computed from an exponential that cannot overflow, such as that of -|x|.
# </details>
#
# <details><summary>Hint: float32</summary>
#
# After `as_floats`, plain arithmetic with Python numbers keeps the type. What turns float32 into float64 is mixing in a float64 array.
# </details>

# %% [markdown] lang="ko"
# ## 2. 시그모이드
#
# 가장 오래된 압축 함수로, 어떤 수든 확률처럼 생긴 값으로 바꿉니다.
#
# $$\sigma(x) = \frac{1}{1 + e^{-x}} \qquad \sigma'(x) = \sigma(x)\,(1 - \sigma(x))$$
#
# 식은 짧지만 좋은 구현은 다음 **공통 규칙**을 지켜야 합니다. 2절부터 5절까지의 함수 여덟 개에 모두 적용됩니다.
#
# * 어떤 모양(shape)의 배열이든, 숫자 하나든 받을 수 있고, 같은 모양으로 반환합니다.
# * `float32`를 넣으면 `float32`가, `float64`나 정수를 넣으면 `float64`가 나옵니다.
# * 결과는 새 배열이며, 입력은 절대 바꾸지 않습니다.
# * |x|가 10,000 이하이면 결과가 정확하고, 오버플로나 경고가 없어야 합니다.
# * 숫자가 아닌 문자열을 넣으면 `ValueError`를 일으킵니다.
#
# `sigmoid_grad(x)`에는 σ(x)가 아니라 x 자체가 들어옵니다.
#
# <details><summary>힌트: 오버플로</summary>
#
# `np.exp(1000)`은 오버플로를 일으키지만 `np.exp(-1000)`은 그냥 0입니다. x = -1000일 때 위의 식은 둘 중 어느 쪽을 계산하나요? 분자와 분모에 $e^{x}$를 곱하면 그 구간에서 안전한 또 하나의 식이 나옵니다. 그다음 `np.where`로 둘 중 하나를 고르면 됩니다. 단, *두 식 모두* -|x|의 지수처럼 오버플로가 나지 않는 지수로 계산해야 합니다.
# </details>
#
# <details><summary>힌트: float32</summary>
#
# `as_floats`를 거친 뒤에는 파이썬 숫자와의 평범한 연산은 자료형을 그대로 둡니다. float32가 float64로 바뀌는 것은 float64 배열이 섞일 때입니다.
# </details>

# %% solution="sigmoid"
{{ reference("sigmoid", "sigmoid_grad") }}

# %% item="sigmoid"
check("sigmoid")

# %% [markdown] lang="en"
# Now draw it, with its slope below. The dots are nudged slopes: they know nothing of your formula, so they must lie on your curve. The cell also starts a table that will grow with each function.
#
# **Predict:** at which x is the slope largest, and how large is it there?

# %% [markdown] lang="ko"
# 이제 함수를 그리고 그 아래에 기울기를 그려 봅시다. 점은 수치 미분으로 구한 기울기입니다. 점은 여러분의 식을 전혀 모르므로, 곡선이 맞다면 점이 그 위에 놓여야 합니다. 이 셀은 함수마다 한 줄씩 늘어날 표도 시작합니다.
#
# **예측해 보세요.** 기울기는 어느 x에서 가장 크고, 그 값은 얼마일까요?

# %%
axis = np.linspace(-6, 6, 241)
dots = np.array([-5.0, -3.0, -1.5, -0.5, 0.5, 1.5, 3.0, 5.0])
COLOURS = {"sigmoid": "tab:blue", "tanh": "tab:orange", "relu": "tab:green", "elu": "tab:red"}
table = {}
ALL_FOUR = {}


def draw(name, top, bottom):
    """One activation on the upper axes, its slope and nudged dots on the lower ones."""
    function, slope = ALL_FOUR[name]
    top.plot(axis, function(axis), color=COLOURS[name], label=name)
    bottom.plot(axis, slope(axis), color=COLOURS[name], label=f"{name}'")
    bottom.plot(dots, nudge(function, dots), "o", color=COLOURS[name], markersize=4)


def add_to_table(*names):
    """Grows the table by one row for each function, and shows it."""
    for name in names:
        activation, slope = ALL_FOUR[name]
        values = activation(axis)
        table[name] = (values.min(), values.max(), slope(axis).max(), slope(np.array([-3.0]))[0])
    print(f"{'':8} {'lowest':>8} {'highest':>8} {'steepest':>9} {'slope(-3)':>10}    on [-6, 6]")
    for row, (low, high, steepest, left) in table.items():
        print(f"{row:8} {low:8.3f} {high:8.3f} {steepest:9.3f} {left:10.3f}")


ALL_FOUR["sigmoid"] = (sigmoid, sigmoid_grad)
figure, (top, bottom) = plt.subplots(2, 1, sharex=True, figsize=(6, 5))
draw("sigmoid", top, bottom)
top.set(title="Sigmoid", ylabel="activation")
bottom.set(title="Its slope (line: formula, dots: nudged)", xlabel="pre-activation x", ylabel="slope")
plt.tight_layout()
plt.show()
add_to_table("sigmoid")

# %% [markdown] lang="en"
# **What you saw.** The steepest point is x = 0, and even there a sigmoid passes on only a quarter of the gradient. Three units to the side it is a few percent. Keep the quarter in mind for section 6.
#
# ## 3. Tanh
#
# $$\tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}} \qquad \tanh'(x) = 1 - \tanh(x)^2$$
#
# Tanh is a sigmoid that was stretched to [-1, 1] and centred: $\tanh(x) = 2\sigma(2x) - 1$. The house rules hold; `np.tanh` is welcome. `tanh_grad(x)` takes x itself.
#
# <details><summary>Hint</summary>
#
# The fraction as written overflows far out; `np.tanh` does not. For the slope evaluate tanh first and square that. Dividing by cosh² overflows again.
# </details>

# %% [markdown] lang="ko"
# **결과 살펴보기.** 가장 가파른 곳은 x = 0인데, 거기에서도 시그모이드는 기울기를 4분의 1만 전달합니다. 옆으로 3만큼만 가도 몇 퍼센트로 줄어듭니다. 이 4분의 1을 6절까지 기억해 두세요.
#
# ## 3. Tanh
#
# $$\tanh(x) = \frac{e^{x} - e^{-x}}{e^{x} + e^{-x}} \qquad \tanh'(x) = 1 - \tanh(x)^2$$
#
# tanh는 시그모이드를 [-1, 1]로 늘이고 가운데를 0에 맞춘 함수입니다. $\tanh(x) = 2\sigma(2x) - 1$. 공통 규칙을 지키면 되고, `np.tanh`를 써도 됩니다. `tanh_grad(x)`에는 x 자체가 들어옵니다.
#
# <details><summary>힌트</summary>
#
# 위의 분수를 그대로 계산하면 먼 곳에서 오버플로가 나지만 `np.tanh`는 그렇지 않습니다. 기울기는 tanh를 먼저 구한 뒤 그 값을 제곱해서 계산하세요. cosh²으로 나누면 다시 오버플로가 납니다.
# </details>

# %% solution="tanh"
{{ reference("tanh", "tanh_grad") }}

# %% item="tanh"
check("tanh")

# %%
ALL_FOUR["tanh"] = (tanh, tanh_grad)
figure, (top, bottom) = plt.subplots(2, 1, sharex=True, figsize=(6, 5))
draw("sigmoid", top, bottom)
draw("tanh", top, bottom)
top.set(title="Tanh beside sigmoid", ylabel="activation")
bottom.set(title="Slopes (lines: formula, dots: nudged)", xlabel="pre-activation x", ylabel="slope")
top.legend()
bottom.legend()
plt.tight_layout()
plt.show()
add_to_table("tanh")

# %% [markdown] lang="en"
# **What you saw.** Tanh lets the whole gradient through at 0, four times as much as the sigmoid. But its slope falls faster: at -3 it is already the smaller one. Both functions **saturate**: far out they are flat, and a flat function teaches nothing.
#
# ## 4. ReLU
#
# The cure is blunt: do not bend on the right at all.
#
# $$\mathrm{relu}(x) = \max(x, 0) \qquad \mathrm{relu}'(x) = 1 \text{ if } x > 0, \text{ else } 0$$
#
# At x = 0 there is a kink and no slope in the strict sense; **here `relu_grad` is 0 at 0**. The house rules hold. `relu_grad` returns numbers, not `True` and `False`.

# %% [markdown] lang="ko"
# **결과 살펴보기.** tanh는 0에서 기울기를 전부, 즉 시그모이드의 네 배를 통과시킵니다. 하지만 기울기가 더 빨리 떨어져서 -3에서는 이미 시그모이드보다 작습니다. 두 함수 모두 **포화**합니다. 먼 곳에서는 평평해지고, 평평한 함수는 아무것도 가르치지 못합니다.
#
# ## 4. ReLU
#
# 해결책은 단순합니다. 오른쪽에서는 아예 구부리지 않는 것입니다.
#
# $$\mathrm{relu}(x) = \max(x, 0) \qquad \mathrm{relu}'(x) = 1 \;(x > 0), \quad 0 \;(\text{그 밖})$$
#
# x = 0에서는 꺾여 있으므로 엄밀한 의미의 기울기가 없습니다. **여기서는 0에서 `relu_grad`를 0으로 정합니다.** 공통 규칙을 지키세요. `relu_grad`는 `True`, `False`가 아니라 숫자를 반환합니다.

# %% solution="relu"
{{ reference("relu", "relu_grad") }}

# %% item="relu"
check("relu")

# %% [markdown] lang="en"
# ## 5. ELU
#
# ReLU has thrown away the whole left side: value 0, slope 0. ELU (exponential linear unit) bends softly there instead:
#
# $$\mathrm{elu}(x) = x \text{ if } x > 0, \text{ else } \alpha\,(e^{x} - 1) \qquad \mathrm{elu}'(x) = 1 \text{ if } x > 0, \text{ else } \alpha\,e^{x}$$
#
# α (`alpha`, 1.0 unless given) says how far down it goes: far to the left ELU tends to -α. At x = 0 the slope may be either 1 or α. The house rules hold, and one more: **an alpha that is NaN or infinite raises `ValueError`** with a text that says so; this check is yours to write.
#
# <details><summary>Hint: a warning although the values are right</summary>
#
# `np.where(condition, a, b)` is no `if`: it computes `a` and `b` for *all* entries and then picks. So the exponential also sees the large positive entries. Give it only what it needs: the minimum of x and 0.
# </details>
#
# <details><summary>Hint: the check of alpha</summary>
#
# `np.isfinite` is False for NaN and for infinity.
# </details>

# %% [markdown] lang="ko"
# ## 5. ELU
#
# ReLU는 왼쪽을 통째로 버렸습니다. 값도 0, 기울기도 0입니다. ELU(exponential linear unit)는 그 대신 왼쪽에서 부드럽게 구부러집니다.
#
# $$\mathrm{elu}(x) = x \;(x > 0), \quad \alpha\,(e^{x} - 1) \;(\text{그 밖}) \qquad \mathrm{elu}'(x) = 1 \;(x > 0), \quad \alpha\,e^{x} \;(\text{그 밖})$$
#
# α(`alpha`, 주어지지 않으면 1.0)는 얼마나 아래로 내려가는지를 정합니다. 왼쪽으로 멀리 가면 ELU는 -α에 가까워집니다. x = 0에서의 기울기는 1과 α 중 어느 쪽이어도 됩니다. 공통 규칙에 하나가 더해집니다. **alpha가 NaN이거나 무한대이면** 그 사실을 알려 주는 글과 함께 **`ValueError`를 일으키세요**. 이 검사는 직접 작성해야 합니다.
#
# <details><summary>힌트: 값은 맞는데 경고가 나올 때</summary>
#
# `np.where(condition, a, b)`는 `if`가 아닙니다. *모든* 원소에 대해 `a`와 `b`를 둘 다 계산한 다음 하나를 고릅니다. 그래서 지수 함수에 큰 양수도 들어가게 됩니다. 지수 함수에는 필요한 것, 즉 x와 0 중 작은 값만 넘기세요.
# </details>
#
# <details><summary>힌트: alpha 검사</summary>
#
# `np.isfinite`는 NaN과 무한대에 대해 False입니다.
# </details>

# %% solution="elu"
{{ reference("elu", "elu_grad") }}

# %% item="elu"
check("elu")

# %% [markdown] lang="en"
# All four together. **Predict:** which of the four has a slope of exactly 0 somewhere on [-6, 6]?

# %% [markdown] lang="ko"
# 이제 네 함수를 함께 그려 봅시다. **예측해 보세요.** [-6, 6]에서 기울기가 정확히 0이 되는 함수는 네 개 중 무엇일까요?

# %%
ALL_FOUR |= {"relu": (relu, relu_grad), "elu": (elu, elu_grad)}
figure, (top, bottom) = plt.subplots(2, 1, sharex=True, figsize=(7, 6))
for name in ALL_FOUR:
    draw(name, top, bottom)
top.set(title="Four activation functions", ylabel="activation", ylim=(-1.5, 3))
bottom.set(title="Their slopes (lines: formula, dots: nudged)", xlabel="pre-activation x", ylabel="slope")
top.legend()
bottom.legend()
plt.tight_layout()
plt.show()
add_to_table("relu", "elu")
flat = [name for name, (_, slope) in ALL_FOUR.items() if (slope(axis) == 0).any()]
print("slope exactly 0 somewhere on [-6, 6]:", ", ".join(flat))

# %% [markdown] lang="en"
# **What you saw.** On the right, ReLU and ELU pass everything on. On the left, sigmoid, tanh and ELU pass on little, ReLU nothing at all: its slope there is exactly 0.
#
# ## 6. What reaches layer 1 after ten sigmoids?
#
# The chain rule multiplies the slopes of all the layers that a gradient crosses. To see the activation's share alone, leave the weights out and let every layer see the same pre-activation x:
#
# $$g(x, d) = \underbrace{f'(x) \cdot f'(x) \cdots f'(x)}_{d \text{ layers}}$$
#
# Write `gradient_through_depth(grad_fn, depth, x)`. `grad_fn` is a function such as `sigmoid_grad`. Every layer passes x on unchanged, so each factor is `grad_fn(x)`; do not feed a slope into `grad_fn`. With depth 0 the result is 1 everywhere. Shape and type follow x as in the house rules, and x is not changed. A negative depth raises `ValueError`; this check is yours.

# %% [markdown] lang="ko"
# **결과 살펴보기.** 오른쪽에서는 ReLU와 ELU가 모든 것을 전달합니다. 왼쪽에서는 시그모이드, tanh, ELU가 조금만 전달하고, ReLU는 전혀 전달하지 않습니다. 그곳의 기울기는 정확히 0입니다.
#
# ## 6. 시그모이드 열 개를 지나면 첫 번째 층에는 무엇이 남을까?
#
# 연쇄 법칙에 따라, 거꾸로 전달되는 기울기(gradient)에는 지나가는 층마다 활성화 함수의 기울기(slope)가 곱해집니다. 활성화 함수의 몫만 보기 위해 가중치는 빼고, 모든 층이 같은 x를 본다고 합시다.
#
# $$g(x, d) = \underbrace{f'(x) \cdot f'(x) \cdots f'(x)}_{d\text{개 층}}$$
#
# `gradient_through_depth(grad_fn, depth, x)`를 작성하세요. `grad_fn`은 `sigmoid_grad` 같은 함수입니다. 모든 층은 x를 그대로 다음 층에 넘기므로 각 인수는 `grad_fn(x)`입니다. 기울기를 다시 `grad_fn`에 넣지 마세요. 깊이가 0이면 결과는 어디서나 1입니다. 모양과 자료형은 공통 규칙처럼 x를 따르고, x는 바꾸지 않습니다. 깊이가 음수이면 `ValueError`를 일으키세요. 이 검사는 직접 작성합니다.

# %% solution="vanishing_gradient"
{{ reference("gradient_through_depth") }}

# %% item="vanishing_gradient"
check("vanishing_gradient")

# %% [markdown] lang="en"
# Imagine a network of ten layers whose pre-activations scatter around 0 like a bell curve. An error of size 1 leaves the last layer. **Predict** how much arrives at layer 1 when all activations are sigmoids: change `my_guess` (a power of ten: -1 means one tenth) and run the cell. The cross is your guess.

# %% [markdown] lang="ko"
# 활성화 함수에 들어가기 전의 값(pre-activation)이 0 근처에 종 모양으로 흩어진 10층 신경망을 상상해 보세요. 크기 1인 오차가 마지막 층을 떠납니다. 활성화 함수가 모두 시그모이드라면 첫 번째 층에는 얼마나 도착할까요? `my_guess`를 **예측한 값**으로 바꾸고(10의 거듭제곱: -1은 10분의 1) 셀을 실행하세요. × 표시가 여러분의 예측입니다.

# %%
my_guess = -1  # log10 of what reaches layer 1 through ten sigmoids

pre_activations = np.random.default_rng(11).normal(size=2000)
layer_numbers = np.arange(10, -1, -1)
for name, (_, slope) in ALL_FOUR.items():
    left = [gradient_through_depth(slope, depth, pre_activations).mean() for depth in range(11)]
    plt.plot(layer_numbers, np.log10(left), "o-", color=COLOURS[name], label=name)
    print(f"{name:8} after ten layers: {left[-1]:.2e}")
plt.plot(0, my_guess, "kx", markersize=12, label="your guess (sigmoid)")
plt.gca().invert_xaxis()
plt.xlabel("layers still to go on the way back (0: the gradient arrives)")
plt.ylabel("log10 of the mean gradient left")
plt.title("What ten activations leave of a gradient of 1")
plt.legend()
plt.show()
print(f"upper limit for sigmoids: 0.25^10 = {0.25**10:.1e}")

# %% [markdown] lang="en"
# **What you saw.** Ten sigmoids leave less than a millionth, before a single weight has had its say: no sigmoid can do better than 0.25 per layer. On average half of the gradient survives ten ReLUs, because on the positive side each of them multiplies by 1. (Under the mean hides a yes or no: for one x, ReLU leaves either all or nothing.) Why does tanh do so much better than the sigmoid in the mean, although it too falls below 1 as soon as x leaves 0?
#
# **To the case.** The early layers of an X-ray network look at edges and texture: the rim of a rib, the haze of a faint opacity. If a millionth of the error reaches them, they stay as random as they began, and the layers above have to judge from noise. The VGG-16 of the next assignment has sixteen layers with weights.
#
# ## 7. Dead units
#
# ReLU pays for its straight right side with the left: where x <= 0 its slope is 0. A unit whose pre-activation is <= 0 **on every image** receives no gradient from any of them and can never recover. It is *dead*.
#
# Write `dead_unit_fraction(pre_activations)` for a table of shape `(n_samples, n_units)`, one row per image and one column per unit: the share of units that are <= 0 on every sample, one number from 0 to 1. Exactly 0 counts as dead, since relu'(0) = 0. A table with other than two dimensions raises `ValueError`; the input is not changed.
#
# <details><summary>Hint</summary>
#
# Is it zero for *every* example? `np.all` with an `axis` answers that once per unit. Which axis runs over the images?
# </details>

# %% [markdown] lang="ko"
# **결과 살펴보기.** 시그모이드 열 개를 지나면 가중치가 끼어들기도 전에 백만분의 1도 남지 않습니다. 어떤 시그모이드도 한 층에서 0.25보다 많이 전달할 수 없기 때문입니다. ReLU 열 개를 지나면 평균적으로 절반이 살아남습니다. 양수 쪽에서는 매번 1을 곱하기 때문입니다. (평균 뒤에는 예/아니요가 숨어 있습니다. x 하나만 보면 ReLU는 전부 남기거나 전혀 남기지 않습니다.) tanh도 x가 0을 벗어나면 곧바로 1보다 작아지는데, 평균에서 시그모이드보다 훨씬 나은 까닭은 무엇일까요?
#
# **임상에서는.** X선 신경망의 앞쪽 층은 윤곽과 질감을 봅니다. 갈비뼈의 가장자리, 희미한 음영의 흐릿함 같은 것입니다. 오차의 백만분의 1만 도착한다면 앞쪽 층은 처음의 무작위 상태 그대로 머물고, 뒤쪽 층은 잡음을 보고 판단해야 합니다. 다음 과제의 VGG-16에는 가중치가 있는 층이 열여섯 개 있습니다.
#
# ## 7. 죽은 유닛
#
# ReLU는 오른쪽이 곧은 대신 왼쪽을 희생했습니다. x <= 0이면 기울기가 0입니다. **모든 영상에서** 활성화 함수에 들어가기 전의 값이 0 이하인 유닛은 어느 영상에서도 기울기를 받지 못하고, 다시 살아날 수 없습니다. 이것이 *죽은* 유닛입니다.
#
# 모양이 `(n_samples, n_units)`인 표(행은 영상, 열은 유닛)를 받아, 모든 표본에서 0 이하인 유닛의 비율을 0에서 1 사이의 수 하나로 반환하는 `dead_unit_fraction(pre_activations)`을 작성하세요. relu'(0) = 0이므로 정확히 0인 경우도 죽은 것으로 셉니다. 2차원이 아닌 입력은 `ValueError`를 일으키고, 입력은 바꾸지 않습니다.
#
# <details><summary>힌트</summary>
#
# *모든* 예제에서 0인가요? `axis`를 준 `np.all`은 유닛마다 한 번씩 답해 줍니다. 어느 축이 영상을 따라 움직이나요?
# </details>

# %% solution="dead_units"
{{ reference("dead_unit_fraction") }}

# %% item="dead_units"
check("dead_units")

# %% [markdown] lang="en"
# A layer of 200 units looks at 500 images. A careless step of learning has shifted all its biases down. **Predict:** from which shift on is half of the layer dead, and what becomes of the same layer with ELU?

# %% [markdown] lang="ko"
# 유닛 200개로 된 층이 영상 500장을 봅니다. 잘못된 학습 스텝 하나가 모든 편향을 아래로 밀어 버렸습니다. **예측해 보세요.** 편향을 얼마나 밀면 층의 절반이 죽을까요? 같은 층에 ELU를 쓰면 어떻게 될까요?

# %%
my_guess = -1.0  # the bias shift at which half of the units are dead

layer_rng = np.random.default_rng(3)
pixels = layer_rng.normal(size=(500, 64))
unit_weights = layer_rng.normal(0, 1 / 8, size=(64, 200))
shifts = np.linspace(0, -6, 25)
tables = [pixels @ unit_weights + shift for shift in shifts]

figure, (left_axes, right_axes) = plt.subplots(1, 2, figsize=(10, 4))
left_axes.plot(shifts, [dead_unit_fraction(z) for z in tables], "o-", label="dead: silent on all 500 images")
left_axes.plot(shifts, [(z[0] <= 0).mean() for z in tables], "--", color="grey", label="silent on the first image")
left_axes.axvline(my_guess, color="black", linestyle=":", label="your guess for one half")
left_axes.set(title="ReLU units lost", xlabel="shift of all biases", ylabel="share of the 200 units")
left_axes.legend(loc=(0.02, 0.12))
for name in ("relu", "elu"):
    steepest = [ALL_FOUR[name][1](z).max(axis=0).mean() for z in tables]
    right_axes.plot(shifts, steepest, "o-", color=COLOURS[name], label=name)
right_axes.set(title="The best slope that a unit gets on any image", xlabel="shift of all biases", ylabel="mean over units")
right_axes.legend()
for axes in (left_axes, right_axes):
    axes.invert_xaxis()
plt.tight_layout()
plt.show()
half_dead = next(s for s, z in zip(shifts, tables) if dead_unit_fraction(z) >= 0.5)
print(f"half of the ReLU units are dead from a shift of {half_dead:.2f} on")
print(f"at a shift of {shifts[-1]:.0f} a ReLU unit is left with a slope of {relu_grad(tables[-1]).max(axis=0).mean():.3f}, "
      f"an ELU unit with {elu_grad(tables[-1]).max(axis=0).mean():.3f}")

# %% [markdown] lang="en"
# **What you saw.** To be silent on *one* image is normal and even useful: half of the units are, without any shift. To be silent on *all* images is death, and it comes suddenly, when the shift outgrows the layer's usual pre-activations. ELU gets a slope that is small but not 0 on the same images, so its units can climb back.
#
# **To the case.** A dead unit is a detector that the hospital paid for and that is switched off. Nothing in the loss curve tells you so; you have to count, as you just did.
#
# ## 8. Take it with you
#
# Look at your table once more. Which function would you put into sixteen layers, and what would you watch during training? You will answer with your own numbers in the assignment `training`, where the same X-ray network is trained with each of the four.
#
# Before you hand in: restart the kernel and run all cells from the top. All `check` tables should be green.

# %% [markdown] lang="ko"
# **결과 살펴보기.** 영상 *한 장*에서 조용한 것은 정상이고 오히려 유용합니다. 편향을 밀지 않아도 유닛의 절반은 그렇습니다. *모든* 영상에서 조용한 것은 죽음이며, 편향의 이동이 그 층에서 평소에 활성화 함수로 들어가는 값보다 커지는 순간 갑자기 찾아옵니다. ELU는 같은 영상에서 작지만 0은 아닌 기울기를 받으므로 유닛이 다시 올라올 수 있습니다.
#
# **임상에서는.** 죽은 유닛은 병원이 값을 치렀지만 꺼져 있는 검출기와 같습니다. 손실 곡선 어디에도 드러나지 않으므로, 방금 한 것처럼 직접 세어 보아야 합니다.
#
# ## 8. 정리
#
# 표를 다시 한번 보세요. 열여섯 층짜리 신경망에는 어떤 함수를 넣겠습니까? 학습하는 동안 무엇을 지켜보겠습니까? 과제 `training`에서 같은 X선 신경망을 네 함수로 각각 학습시킬 때, 여러분이 직접 얻은 수치로 답하게 됩니다.
#
# 제출하기 전에 커널을 다시 시작하고 맨 위부터 모든 셀을 실행하세요. 모든 `check` 표가 통과로 나와야 합니다.
