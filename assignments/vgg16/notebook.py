# %% [markdown] lang="en"
# # {{ title }}
#
# VGG-16 won its fame with one idea: small 3x3 convolutions, and many of them. In the study that this course follows, students let such a network tell normal chest X-rays from abnormal ones, and asked whether larger kernels would see more.
#
# You will build the network yourself, count its parameters on paper (well, in Python, but without building anything), and find out how much of the chest one unit deep inside it can see.
#
# **How to work.** Write your code in place of `raise NotImplementedError()`, then run the `check(...)` cell below it. The public checks say what went in, what came out and what was wanted. Your grade uses further, hidden tests of the same rules. They put the same random weights into your network and into ours and compare what comes out, so you may write the network in any style of Keras: functional, `Sequential`, or your own class.
#
# | item | points |
# |---|---|
# | a block of convolutions and a pooling | {{ points("conv_block") }} |
# | VGG-16 | {{ points("build_vgg16") }} |
# | counting parameters | {{ points("count_parameters") }} |
# | the receptive field | {{ points("receptive_field") }} |

# %% [markdown] lang="ko"
# # {{ title }}
#
# VGG-16은 한 가지 발상으로 유명해졌습니다. 작은 3x3 합성곱을 아주 많이 쌓는 것입니다. 이 과목이 따르는 연구에서 학생들은 이런 신경망으로 정상 흉부 X선과 비정상 흉부 X선을 구별했고, 커널이 더 크면 더 많은 것을 볼 수 있는지 물었습니다.
#
# 이 과제에서는 신경망을 직접 만들고, 모델을 만들지 않은 채 계산만으로 파라미터 수를 구하고, 깊은 층의 유닛 하나가 가슴의 어디까지 볼 수 있는지 알아봅니다.
#
# **진행 방법.** `raise NotImplementedError()`가 있던 자리에 코드를 쓰고, 바로 아래의 `check(...)` 셀을 실행하세요. 공개 검사는 무엇을 넣었고, 무엇이 나왔으며, 무엇이 나와야 하는지 알려 줍니다. 성적에는 같은 규칙을 확인하는 비공개 검사도 쓰입니다. 비공개 검사는 여러분의 신경망과 기준 신경망에 똑같은 무작위 가중치를 넣고 출력을 비교합니다. 그러므로 함수형이든 `Sequential`이든 직접 만든 클래스든, Keras의 어떤 방식으로 작성해도 됩니다. 그림 속 글자는 글꼴 문제를 피하려고 영어로 적었습니다.
#
# | 항목 | 점수 |
# |---|---|
# | 합성곱 블록과 풀링 | {{ points("conv_block") }} |
# | VGG-16 | {{ points("build_vgg16") }} |
# | 파라미터 수 세기 | {{ points("count_parameters") }} |
# | 수용 영역 | {{ points("receptive_field") }} |

# %%
from autograder import check

# %% [markdown] lang="en"
# The next cell is yours: imports and helpers that your functions need. Only this cell and the solution cells are handed to the grader, where NumPy, TensorFlow and Keras are available.

# %% [markdown] lang="ko"
# 다음 셀은 여러분의 것입니다. 작성한 함수에 필요한 import와 보조 함수는 여기에 두세요. 채점기에는 이 셀과 풀이 셀만 전달되며, NumPy와 TensorFlow, Keras를 쓸 수 있습니다.

# %% solution="imports"
import keras
import numpy as np
from keras import layers

# %% [markdown] lang="en"
# ## 0. The patient
#
# All through the notebook we look at one X-ray. It was drawn by a generator: no child was ever in front of this detector.

# %% [markdown] lang="ko"
# ## 0. 환자
#
# 이 노트북에서는 내내 X선 영상 한 장을 살펴봅니다. 이 영상은 생성 모델이 그린 것으로, 실제로 촬영된 아이는 없습니다.

# %%
import matplotlib.pyplot as plt

from autograder.dataset import load_split

xrays, verdicts = load_split("train")
normal, abnormal = xrays[verdicts == 0][0], xrays[verdicts == 1][0]
side = normal.shape[0]
one_image = (abnormal / 255).astype("float32")[np.newaxis, :, :, np.newaxis]  # (1, height, width, 1)

figure, axes = plt.subplots(1, 2, figsize=(7, 3.6))
for axis, picture, name in zip(axes, (normal, abnormal), ("normal", "abnormal")):
    axis.imshow(picture, cmap="gray", vmin=0, vmax=255)
    axis.set(title=f"{name}, {side} x {side} pixels", xlabel="pixel", ylabel="pixel")
plt.tight_layout()
plt.show()

# %% [markdown] lang="en"
# ## 1. One block
#
# A 3x3 convolution looks at each pixel with its eight neighbours and gives one number: how much does this patch look like the kernel? With `filters` kernels it gives that many pictures, called feature maps. A block does that `n_convs` times, and then halves height and width: a 2x2 max pooling keeps the largest of four neighbours.
#
# Padding `"same"` puts zeros around the picture, so that a convolution leaves height and width as they are. Only the pooling changes them.
#
# Write `conv_block`. It takes a Keras tensor and returns one (about 8 lines, 4 of them the check of the arguments).
#
# <details><summary>Hint: the shape of the function</summary>
#
# In Keras a layer is first made, then called on a tensor: `x = layers.Dense(10)(x)`. A convolution is `layers.Conv2D`, the pooling `layers.MaxPooling2D`. Which of them belongs into the loop?
# </details>

# %% [markdown] lang="ko"
# ## 1. 블록 하나
#
# 3x3 합성곱은 픽셀마다 이웃 여덟 개까지 함께 보고 숫자 하나를 냅니다. 이 부분이 커널과 얼마나 닮았는가 하는 값입니다. 커널이 `filters`개이면 그만큼의 그림이 나오는데, 이것을 특징 맵이라고 합니다. 블록은 이 일을 `n_convs`번 되풀이한 다음 높이와 너비를 절반으로 줄입니다. 2x2 최대 풀링은 이웃한 네 값 가운데 가장 큰 값만 남깁니다.
#
# `"same"` 패딩은 그림 둘레에 0을 둘러서 합성곱이 높이와 너비를 바꾸지 않게 합니다. 크기를 바꾸는 것은 풀링뿐입니다.
#
# `conv_block`을 작성하세요. Keras 텐서를 받아 Keras 텐서를 반환합니다(8줄 안팎이며, 그중 절반은 인자 검사입니다).
#
# <details><summary>힌트: 함수의 모양</summary>
#
# Keras에서는 층을 먼저 만들고, 그 층을 텐서에 적용합니다. `x = layers.Dense(10)(x)`처럼 쓰면 됩니다. 합성곱은 `layers.Conv2D`, 풀링은 `layers.MaxPooling2D`입니다. 둘 중 반복문 안에 들어갈 것은 무엇일까요?
# </details>

# %% solution="conv_block"
{{ reference("conv_block") }}

# %% item="conv_block"
check("conv_block")

# %% [markdown] lang="en"
# Put the X-ray through a block with random kernels, before anything was learned. **Predict:** will you still recognise a chest?

# %% [markdown] lang="ko"
# 아직 아무것도 배우지 않은, 커널이 무작위인 블록에 X선 영상을 통과시켜 봅시다. **예측해 보세요.** 여전히 가슴으로 알아볼 수 있을까요?

# %%
keras.utils.set_random_seed(5)
inputs = keras.Input((side, side, 1))
block = keras.Model(inputs, conv_block(inputs, filters=8, n_convs=2))
maps = np.asarray(block(one_image))[0]
print("in:", one_image.shape[1:], " out:", maps.shape)

figure, axes = plt.subplots(2, 4, figsize=(10, 5))
for n, axis in enumerate(axes.flat):
    axis.imshow(maps[:, :, n], cmap="viridis")
    axis.set_title(f"feature map {n + 1}")
    axis.axis("off")
figure.suptitle("One X-ray after a block of random kernels")
plt.tight_layout()
plt.show()

# %% [markdown] lang="en"
# **What you saw.** Half the height, half the width, and eight different views. Even random kernels keep the chest, since each of them only mixes neighbours; some pick out edges, some just dim the picture, and a few are dark all over. (The bright rims come from the zeros of the padding: to a kernel the border of the picture is an edge.) Learning will choose better ones.
#
# ## 2. VGG-16
#
# Five blocks, then three dense layers. Thirteen convolutions and three dense layers have weights: that is the 16.
#
# | block | convolutions | filters at width 1 | sides of a 64 x 64 image after it |
# |---|---|---|---|
# | 1 | 2 | 64 | 32 |
# | 2 | 2 | 128 | 16 |
# | 3 | 3 | 256 | 8 |
# | 4 | 3 | 512 | 4 |
# | 5 | 3 | 512 | 2 |
#
# Flatten what is left; add two dense layers of `dense_units` with the activation; end with **one unit with a sigmoid**, the probability that the X-ray is abnormal, whatever `activation` says. `width` scales the filters, `max(1, int(c * width))`, so that a laptop can train a slim version. Do not compile the model here.
#
# Write `build_vgg16` on top of your `conv_block`. The docstring says which arguments have to be refused.
#
# <details><summary>Hint: sides that are too small</summary>
#
# Each pooling halves a side and rounds down. What is left of 31 pixels after five of them?
# </details>

# %% [markdown] lang="ko"
# **결과 살펴보기.** 높이와 너비는 절반이 되고, 서로 다른 그림 여덟 장이 나왔습니다. 커널이 무작위여도 이웃한 픽셀을 섞기만 하므로 가슴의 모습은 남습니다. 어떤 커널은 윤곽을 골라내고, 어떤 커널은 그림을 어둡게 할 뿐이며, 온통 어두운 그림도 있습니다. (테두리가 밝은 것은 패딩으로 채운 0 때문입니다. 커널에는 그림의 경계도 윤곽으로 보입니다.) 학습은 더 나은 커널을 찾아 줄 것입니다.
#
# ## 2. VGG-16
#
# 블록 다섯 개와 완전연결층 세 개로 이루어집니다. 가중치를 가진 층은 합성곱 열세 개와 완전연결층 세 개, 모두 열여섯 개입니다.
#
# | 블록 | 합성곱 | 너비 1일 때 필터 수 | 64 x 64 영상이 지난 뒤의 한 변 |
# |---|---|---|---|
# | 1 | 2 | 64 | 32 |
# | 2 | 2 | 128 | 16 |
# | 3 | 3 | 256 | 8 |
# | 4 | 3 | 512 | 4 |
# | 5 | 3 | 512 | 2 |
#
# 남은 것을 한 줄로 펼치고, 활성화 함수가 있는 `dense_units`개짜리 완전연결층을 두 개 더한 다음, **시그모이드 유닛 하나**로 끝냅니다. 이 값이 X선 영상이 비정상일 확률이며, `activation`이 무엇이든 마지막은 시그모이드입니다. `width`는 필터 수를 `max(1, int(c * width))`로 줄여서 노트북 컴퓨터에서도 학습할 수 있게 합니다. 여기서는 컴파일하지 않습니다.
#
# 앞에서 만든 `conv_block`을 써서 `build_vgg16`을 작성하세요. 어떤 인자를 거부해야 하는지는 설명(docstring)에 있습니다.
#
# <details><summary>힌트: 너무 작은 변</summary>
#
# 풀링은 한 변을 절반으로 줄이고 내림합니다. 31픽셀이 풀링을 다섯 번 지나면 얼마가 남을까요?
# </details>

# %% solution="build_vgg16"
{{ reference("build_vgg16") }}

# %% item="build_vgg16"
check("build_vgg16")

# %%
slim = build_vgg16((side, side, 1), width={{ profile.width }}, dense_units={{ profile.dense_units }})
slim.summary()
print(f"untrained verdict on our patient: {float(np.asarray(slim(one_image))[0, 0]):.3f}")

# %% [markdown] lang="en"
# **What you saw.** The side shrinks, the channels grow: *where* something is gets vague, *what* it is gets rich. And the untrained network says about 0.5, "no idea", to any patient. That is honest of it.
#
# ## 3. Where do the parameters live?
#
# A convolution with k x k kernels has one weight per kernel pixel and input channel, and one bias, for each of its filters:
#
# $$n_{conv} = (k^2 \, C_{in} + 1) \, C_{out} \qquad n_{dense} = (n_{in} + 1) \, n_{out}$$
#
# Write `count_parameters`: add these up over the sixteen layers, **without building a model**. The hidden tests ask for networks that fit into no computer.
#
# <details><summary>Hint: what enters the first dense layer</summary>
#
# All values of the last feature maps: height x width x channels after five poolings, each of which rounds down.
# </details>

# %% [markdown] lang="ko"
# **결과 살펴보기.** 한 변은 줄고 채널은 늘어납니다. *어디에* 있는지는 흐려지고, *무엇이* 있는지는 풍부해집니다. 그리고 학습하지 않은 신경망은 어떤 환자에게든 0.5쯤, 즉 "모르겠다"고 답합니다. 정직한 대답입니다.
#
# ## 3. 파라미터는 어디에 있을까?
#
# k x k 합성곱의 필터 하나에는 커널 픽셀과 입력 채널마다 가중치가 하나씩 있고, 편향이 하나 있습니다.
#
# $$n_{conv} = (k^2 \, C_{in} + 1) \, C_{out} \qquad n_{dense} = (n_{in} + 1) \, n_{out}$$
#
# 열여섯 층에 걸쳐 이 값을 더하는 `count_parameters`를 작성하세요. **모델은 만들지 않습니다.** 비공개 검사는 어떤 컴퓨터에도 들어가지 않을 만큼 큰 신경망도 묻습니다.
#
# <details><summary>힌트: 첫 완전연결층에 들어가는 것</summary>
#
# 마지막 특징 맵의 모든 값이 들어갑니다. 풀링을 다섯 번(매번 내림) 지난 뒤의 높이 x 너비 x 채널입니다.
# </details>

# %% solution="count_parameters"
{{ reference("count_parameters") }}

# %% item="count_parameters"
check("count_parameters")

# %% [markdown] lang="en"
# First let Keras confirm your arithmetic. Then look at the layers one by one. **Predict:** in the full-width network with 3x3 kernels, which single layer holds the most parameters? And with 7x7 kernels?

# %% [markdown] lang="ko"
# 먼저 Keras로 여러분의 계산을 확인하고, 그다음 층을 하나씩 살펴봅시다. **예측해 보세요.** 너비가 1이고 커널이 3x3인 신경망에서 파라미터가 가장 많은 층은 어디일까요? 7x7이면 어떨까요?

# %%
print(f"{'width':>6} {'kernel':>7} {'dense':>6} {'Keras says':>12} {'you say':>12}")
for width, kernel_size, dense_units in [(0.125, 3, 64), (0.125, 7, 64), (0.0625, 5, 16)]:
    built = build_vgg16((side, side, 1), width, kernel_size, "relu", dense_units).count_params()
    yours = count_parameters((side, side, 1), width, kernel_size, dense_units)
    print(f"{width:6} {kernel_size:7} {dense_units:6} {built:12,} {yours:12,}  {'ok' if built == yours else 'differ!'}")

# %%
shapes = [w.shape for w in build_vgg16((64, 64, 1), width=1.0, kernel_size=3).weights]
pairs = [shape[2:] for shape in shapes if len(shape) == 4]  # channels in and out of the 13 convolutions
dense_counts = [(shape[0] + 1) * shape[1] for shape in shapes if len(shape) == 2]
names = [f"conv {n + 1}" for n in range(13)] + ["dense 1", "dense 2", "output"]
figure, axis = plt.subplots(figsize=(11, 4))
for shift, k in ((-0.2, 3), (0.2, 7)):
    counts = [(k**2 * c_in + 1) * c_out for c_in, c_out in pairs]
    axis.bar(np.arange(16) + shift, np.array(counts + dense_counts) / 1e6, width=0.4, label=f"{k} x {k}")
    print(f"{k} x {k}: {sum(counts):,} in the convolutions, {sum(dense_counts):,} in the dense layers")
axis.set_xticks(range(16), names, rotation=60)
axis.set(title="Where the parameters live (full width, 64 x 64 input)", ylabel="million parameters")
axis.legend(title="kernel")
plt.tight_layout()
plt.show()

# %% [markdown] lang="en"
# **What you saw.** With 3x3 kernels more than half of all parameters sit in two dense layers that no longer see any picture. With 7x7 kernels the convolutions alone have 5.4 times as many as before (49 / 9). Remember this number: when a network with larger kernels does better, is it because it *sees further* or because it *has more weights*?
#
# ## 4. How far does a unit see?
#
# One 3x3 convolution sees 3 pixels. A second one on top of it sees three of *those*, which reach one pixel further on each side: 5. Every further convolution adds $k - 1$:
#
# $$r(n) = 1 + n\,(k - 1)$$
#
# Write `receptive_field(kernel_size, n_convs)` for a stack of convolutions with stride 1.

# %% [markdown] lang="ko"
# **결과 살펴보기.** 커널이 3x3이면 파라미터의 절반 이상이 더는 그림을 보지 않는 완전연결층 두 개에 있습니다. 7x7이면 합성곱의 파라미터만 5.4배(49 / 9)가 됩니다. 이 숫자를 기억해 두세요. 커널이 큰 신경망의 결과가 더 좋다면, 그것은 *더 멀리 보기* 때문일까요, 아니면 *가중치가 더 많기* 때문일까요?
#
# ## 4. 유닛 하나는 얼마나 멀리 볼까?
#
# 3x3 합성곱 하나는 3픽셀을 봅니다. 그 위에 하나를 더 얹으면 *그런* 값을 세 개 보게 되고, 양쪽으로 한 픽셀씩 더 넓어져 5픽셀이 됩니다. 합성곱을 하나 더할 때마다 $k - 1$만큼 늘어납니다.
#
# $$r(n) = 1 + n\,(k - 1)$$
#
# 스트라이드가 1인 합성곱을 쌓았을 때의 수용 영역 `receptive_field(kernel_size, n_convs)`를 작성하세요.

# %% solution="receptive_field"
{{ reference("receptive_field") }}

# %% item="receptive_field"
check("receptive_field")

# %% [markdown] lang="en"
# Three 3x3 convolutions see as far as one 7x7. What do they cost, for C channels in and out?

# %% [markdown] lang="ko"
# 3x3 합성곱 세 개는 7x7 하나만큼 멀리 봅니다. 입력과 출력 채널이 C개일 때 비용은 얼마나 들까요?

# %%
C = 512
print(f"{'stack':>14} {'sees':>6} {'weights at 512 channels':>26}")
for kernel_size, n_convs in [(3, 1), (3, 2), (3, 3), (5, 1), (7, 1)]:
    weights = n_convs * kernel_size**2 * C**2
    stack = f"{n_convs} x ({kernel_size} x {kernel_size})"
    print(f"{stack:>14} {receptive_field(kernel_size, n_convs):4} px {weights:26,}  = {n_convs * kernel_size**2} C^2")

# %% [markdown] lang="en"
# Pooling makes the view grow much faster: after it, neighbours are two input pixels apart, then four, eight, ... With *jump* j, the distance of neighbours in input pixels, every layer of kernel k and stride s does
#
# $$r \leftarrow r + (k - 1)\,j \qquad j \leftarrow j \cdot s$$
#
# **Predict:** after which block does a unit of the 3x3 network see the whole {{ profile.size }} x {{ profile.size }} image? And of the 7x7 network?

# %% [markdown] lang="ko"
# 풀링을 지나면 시야가 훨씬 빨리 넓어집니다. 풀링 뒤에는 이웃한 값 사이의 거리가 입력 픽셀로 2, 그다음에는 4, 8이 되기 때문입니다. 입력 픽셀로 잰 이웃 사이의 거리를 j(*jump*)라고 하면, 커널이 k이고 스트라이드가 s인 층마다 다음과 같이 바뀝니다.
#
# $$r \leftarrow r + (k - 1)\,j \qquad j \leftarrow j \cdot s$$
#
# **예측해 보세요.** 3x3 신경망의 유닛은 몇 번째 블록 뒤에서 {{ profile.size }} x {{ profile.size }} 영상 전체를 볼까요? 7x7 신경망은 어떨까요?

# %%
def fields_after_blocks(kernel_size):
    """Receptive field in input pixels after each of VGG-16's five blocks, pooling included."""
    field, jump, fields = 1, 1, []
    for n_convs in (2, 2, 3, 3, 3):
        for _ in range(n_convs):
            field += (kernel_size - 1) * jump
        field += (2 - 1) * jump  # the 2x2 pooling
        jump *= 2
        fields.append(field)
    return fields


figure, axes = plt.subplots(1, 2, figsize=(10, 5))
colours = ["tab:red", "tab:orange", "gold", "tab:green", "tab:blue"]
for axis, kernel_size in zip(axes, (3, 7)):
    axis.imshow(abnormal, cmap="gray", vmin=0, vmax=255)
    for block_number, (field, colour) in enumerate(zip(fields_after_blocks(kernel_size), colours), start=1):
        low, high = max(-0.5, (side - field) / 2 - 0.5), min(side - 0.5, (side + field) / 2 - 0.5)
        label = f"block {block_number}: {field} px" + (" (all)" if field >= side else "")
        axis.plot([low, high, high, low, low], [low, low, high, high, low], color=colour, label=label)
    axis.set(title=f"What one unit sees, {kernel_size} x {kernel_size} kernels", xlabel="pixel", ylabel="pixel")
    axis.legend(loc="upper center", bbox_to_anchor=(0.5, -0.12), fontsize=8)
    print(f"{kernel_size} x {kernel_size}:", fields_after_blocks(kernel_size))
plt.tight_layout()
plt.show()

# %% [markdown] lang="en"
# **What you saw.** After the fifth pooling a unit sees 212 pixels with 3x3 kernels and 572 with 7x7: on an image of {{ profile.size }} pixels both see everything. The larger kernel gets there earlier, but it gets nowhere that the smaller one does not.
#
# **To the case.** A nodule is a matter of a few pixels: local detail, where the early blocks decide. An enlarged heart is a matter of the whole silhouette: only a unit that sees both ribcage walls can compare the heart with the chest. Before the assignment `training`, write down for yourself: for which of the two would you expect 7x7 kernels to help, and at which image size?
#
# Before you hand in: restart the kernel and run all cells from the top. All `check` tables should be green.

# %% [markdown] lang="ko"
# **결과 살펴보기.** 다섯 번째 풀링 뒤에 유닛 하나가 보는 범위는 3x3 커널에서 212픽셀, 7x7 커널에서 572픽셀입니다. {{ profile.size }}픽셀짜리 영상에서는 둘 다 전체를 봅니다. 큰 커널은 더 일찍 전체를 보게 되지만, 작은 커널이 못 보는 곳까지 보는 것은 아닙니다.
#
# **임상에서는.** 결절은 픽셀 몇 개의 문제입니다. 국소적인 세부를 보는 앞쪽 블록이 결정합니다. 심장 비대는 전체 윤곽의 문제입니다. 흉곽의 양쪽 벽을 모두 보는 유닛만이 심장과 가슴의 크기를 비교할 수 있습니다. `training` 과제로 넘어가기 전에 스스로 적어 보세요. 둘 중 어느 쪽에서 7x7 커널이 도움이 될까요? 영상 크기가 얼마일 때 그럴까요?
#
# 제출하기 전에 커널을 다시 시작하고 맨 위부터 모든 셀을 실행하세요. 모든 `check` 표가 통과로 나와야 합니다.
