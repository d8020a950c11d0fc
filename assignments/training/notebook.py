# %% [markdown] lang="en"
# # {{ title }}
#
# Now the network learns. You will divide the X-rays into parts that may not know of each other, feed them to your VGG-16, and repeat the study's two comparisons: does a **larger kernel** help, and which **activation** trains best? At the end your own code is run by the grader, and your network is tested on X-rays that nobody in the course has seen.
#
# Training takes time: about one minute for each network on a laptop. Write and check everything first, and start section 6 when you can leave the computer alone.
#
# | item | points |
# |---|---|
# | three parts, stratified | {{ points("split_indices") }} |
# | batches without end | {{ points("make_dataset") }} |
# | your VGG-16 (pasted) | {{ points("build_vgg16") }} |
# | the training run | {{ points("train") }} |
# | the gap between the losses | {{ points("overfitting_gap") }} |
# | your choice of network | {{ points("build_and_compile") }} |
# | AUC on unseen images | {{ points("minimum_auc") }} |
# | written: did 7x7 help, and why? | {{ points("why_kernel") }} |
# | written: a threshold for screening | {{ points("screening_threshold") }} |

# %% [markdown] lang="ko"
# # {{ title }}
#
# 이제 신경망을 학습시킵니다. 서로 겹치지 않는 세 부분으로 X선 영상을 나누고, 여러분의 VGG-16에 입력하고, 연구에서 한 두 가지 비교를 되풀이합니다. **커널이 크면** 도움이 될까요? 어떤 **활성화 함수**가 가장 잘 학습될까요? 마지막에는 채점기가 여러분의 코드를 그대로 실행하고, 이 과목의 누구도 본 적 없는 X선 영상으로 신경망을 시험합니다.
#
# 학습에는 시간이 걸립니다. 노트북 컴퓨터에서 신경망 하나에 1분 정도입니다. 먼저 모든 함수를 작성해 검사를 마치고, 6절은 컴퓨터를 잠시 내버려둘 수 있을 때 시작하세요. 그림 속 글자는 글꼴 문제를 피하려고 영어로 적었습니다.
#
# | 항목 | 점수 |
# |---|---|
# | 층화하여 세 부분으로 나누기 | {{ points("split_indices") }} |
# | 끝없이 이어지는 배치 | {{ points("make_dataset") }} |
# | 내가 만든 VGG-16 (붙여 넣기) | {{ points("build_vgg16") }} |
# | 학습 실행 | {{ points("train") }} |
# | 두 손실의 차이 | {{ points("overfitting_gap") }} |
# | 나의 신경망 선택 | {{ points("build_and_compile") }} |
# | 아무도 보지 못한 영상에서의 AUC | {{ points("minimum_auc") }} |
# | 서술: 7x7은 도움이 되었나? 이유는? | {{ points("why_kernel") }} |
# | 서술: 선별 검사의 임계값 | {{ points("screening_threshold") }} |

# %%
from autograder import check

# %% [markdown] lang="en"
# The next cell is yours: imports and helpers that your functions need. Only this cell and the solution cells are handed to the grader, where NumPy, TensorFlow and Keras are available.

# %% [markdown] lang="ko"
# 다음 셀은 여러분의 것입니다. 작성한 함수에 필요한 import와 보조 함수는 여기에 두세요. 채점기에는 이 셀과 풀이 셀만 전달되며, NumPy와 TensorFlow, Keras를 쓸 수 있습니다.

# %% solution="imports"
import keras
import numpy as np
import tensorflow as tf
from keras import layers

# %%
import time

import matplotlib.pyplot as plt

from autograder.dataset import load_split
from autograder.figures import draw_auc_of_seeds, draw_losses, draw_roc, draw_samples, roc_points

train_images, train_labels = load_split("train")
validation_images, validation_labels = load_split("validation")
SIZE = train_images.shape[1]
WIDTH, DENSE_UNITS = {{ profile.width }}, {{ profile.dense_units }}
PROTOCOL = {
    "epochs": {{ profile.epochs }},
    "steps_per_epoch": {{ profile.steps_per_epoch }},
    "validation_steps": {{ profile.validation_steps }},
    "batch_size": {{ profile.batch_size }},
}
print(f"{len(train_labels)} X-rays to train on, {len(validation_labels)} to validate, {SIZE} x {SIZE} pixels")

# %% [markdown] lang="en"
# ## 1. What may the test set decide?
#
# Nothing. The **training** part sets the weights. The **validation** part sets what you choose: kernel, activation, learning rate, the epoch to stop. The **test** part is opened once, at the end, and only describes. An image that stands in two of them makes the last number a lie.
#
# Write `split_indices`. It returns indices, not images, so that one split serves images and labels alike. Draw with a generator made from `seed`, divide each class on its own (*stratified*), and refuse fractions that make no sense.
#
# <details><summary>Hint: one class at a time</summary>
#
# `np.flatnonzero(labels == 1)` gives the indices of the abnormal images. Shuffle them, cut them at 60 % and 80 % of their number (`np.split` cuts at positions), do the same with the normal ones, and join the pieces. Is a part that begins with all its normal images a good start for batches?
# </details>

# %% [markdown] lang="ko"
# ## 1. 테스트 세트는 무엇을 결정해도 될까?
#
# 아무것도 결정하지 않습니다. **학습** 부분은 가중치를 정합니다. **검증** 부분은 커널, 활성화 함수, 학습률, 멈출 에포크처럼 여러분이 고르는 것을 정합니다. **테스트** 부분은 마지막에 한 번만 열어 보고, 결과를 서술하는 데에만 씁니다. 같은 영상이 두 부분에 들어 있으면 마지막 숫자는 거짓말이 됩니다.
#
# `split_indices`를 작성하세요. 영상이 아니라 인덱스를 반환하므로 영상과 라벨을 한 번에 나눌 수 있습니다. `seed`로 만든 난수 생성기를 쓰고, 클래스마다 따로 나누고(*층화*), 말이 되지 않는 비율은 거부하세요.
#
# <details><summary>힌트: 한 클래스씩</summary>
#
# `np.flatnonzero(labels == 1)`은 비정상 영상의 인덱스입니다. 이것을 섞고, 개수의 60 %와 80 % 위치에서 자르고(`np.split`은 위치를 받아 자릅니다), 정상 영상도 똑같이 한 다음 이어 붙입니다. 정상 영상이 모두 앞에 몰려 있으면 배치를 만들기에 좋을까요?
# </details>

# %% solution="split_indices"
{{ reference("split_indices") }}

# %% item="split_indices"
check("split_indices")

# %% [markdown] lang="en"
# Your split on an uneven clinic: 400 X-rays, one in five abnormal. (The course's files were divided in the same way before you got them.)

# %% [markdown] lang="ko"
# 고르지 않은 병원을 예로 들어 나눠 봅시다. X선 영상 400장 가운데 다섯 장 중 한 장이 비정상입니다. (과목의 파일도 여러분이 받기 전에 같은 방식으로 나누어 두었습니다.)

# %%
clinic = np.random.default_rng(1).permutation(np.repeat([0, 1], [320, 80]))
parts = dict(zip(("train", "validation", "test"), split_indices(clinic, seed=1)))
for name, part in parts.items():
    others = np.concatenate([other for key, other in parts.items() if key != name])
    print(f"{name:10} {len(part):4} images, also in another part: {len(np.intersect1d(part, others))}")

positions = np.arange(3)
for shift, label, name in ((-0.2, 0, "normal"), (0.2, 1, "abnormal")):
    plt.bar(positions + shift, [np.mean(clinic[part] == label) for part in parts.values()], width=0.4, label=name)
plt.axhline(0.2, color="grey", linestyle=":", label="abnormal in the clinic")
plt.xticks(positions, parts)
plt.ylim(0, 1.15)
plt.title("Classes in each part")
plt.ylabel("share of the part")
plt.legend()
plt.show()

# %% [markdown] lang="en"
# ## 2. Batches without end
#
# `make_dataset` turns arrays into a stream of batches. The docstring is the contract; three points deserve a thought:
#
# * **Training** shuffles anew on every pass, and still shows each image exactly once a pass. Does `shuffle` come before or after `repeat`?
# * **Evaluation** never shuffles: you will want to put predictions beside labels.
# * `shuffle`, then `take` and `skip`, is a famous way to mix test images into training: the shuffle changes on every pass, and so does what is taken. You split indices first, so it cannot happen to you.
#
# <details><summary>Hint: the pieces</summary>
#
# `tf.data.Dataset.from_tensor_slices((x, y))` makes a data set of single pairs; `.shuffle(n, seed=seed, reshuffle_each_iteration=True)`, `.repeat()`, `.batch(size, drop_remainder=True)` do the rest, in the right order.
# </details>

# %% [markdown] lang="ko"
# ## 2. 끝없이 이어지는 배치
#
# `make_dataset`은 배열을 배치의 흐름으로 바꿉니다. 지켜야 할 약속은 설명(docstring)에 있고, 세 가지는 생각해 볼 만합니다.
#
# * **학습용**은 한 바퀴마다 새로 섞되, 한 바퀴에 모든 영상이 정확히 한 번씩 나와야 합니다. `shuffle`은 `repeat` 앞에 와야 할까요, 뒤에 와야 할까요?
# * **평가용**은 절대 섞지 않습니다. 예측과 라벨을 나란히 놓아야 하기 때문입니다.
# * `shuffle`한 뒤 `take`와 `skip`으로 나누는 것은 테스트 영상이 학습에 섞여 들어가는 유명한 실수입니다. 한 바퀴마다 순서가 바뀌면 뽑히는 영상도 바뀌기 때문입니다. 여러분은 인덱스를 먼저 나누었으므로 그럴 일이 없습니다.
#
# <details><summary>힌트: 재료</summary>
#
# `tf.data.Dataset.from_tensor_slices((x, y))`는 영상과 라벨의 쌍으로 이루어진 데이터셋을 만듭니다. 나머지는 `.shuffle(n, seed=seed, reshuffle_each_iteration=True)`, `.repeat()`, `.batch(size, drop_remainder=True)`를 알맞은 순서로 쓰면 됩니다.
# </details>

# %% solution="make_dataset"
{{ reference("make_dataset") }}

# %% item="make_dataset"
check("make_dataset")

# %%
train_data = make_dataset(train_images, train_labels, PROTOCOL["batch_size"], True, seed=0)
validation_data = make_dataset(validation_images, validation_labels, PROTOCOL["batch_size"], False, seed=0)
batch_images, batch_labels = (np.asarray(part) for part in next(iter(train_data)))

draw_samples(plt.figure(figsize=(11, 4)), np.uint8(255 * batch_images[:, :, :, 0]), batch_labels)
plt.show()
for label, name in ((0, "normal"), (1, "abnormal")):
    plt.hist(batch_images[batch_labels == label].ravel(), bins=50, alpha=0.5, density=True, label=name)
plt.title("Pixel values of one batch")
plt.xlabel("grey value after make_dataset")
plt.ylabel("density")
plt.legend()
plt.show()

# %% [markdown] lang="en"
# **What you saw.** Look at the histogram before you trust any AUC: whatever differs between the classes here, a network may use, be it disease or only brightness.
#
# ## 3. Your VGG-16
#
# Paste `conv_block` and `build_vgg16` from the assignment `vgg16`.

# %% [markdown] lang="ko"
# **결과 살펴보기.** AUC를 믿기 전에 히스토그램을 보세요. 두 클래스 사이에 다른 점이 있으면, 그것이 질병이든 단지 밝기이든 신경망은 그것을 이용할 수 있습니다.
#
# ## 3. 내가 만든 VGG-16
#
# `vgg16` 과제에서 작성한 `conv_block`과 `build_vgg16`을 붙여 넣으세요.

# %% solution="build_vgg16"
{{ reference("build_vgg16") }}

# %% item="build_vgg16"
check("build_vgg16")

# %% [markdown] lang="en"
# ## 4. The training run
#
# `train` runs the protocol and returns two lists, one number per epoch. You may stop early once the validation loss no longer falls (`keras.callbacks.EarlyStopping`), but it is not asked for. The data sets never end: what tells Keras how long an epoch is?

# %% [markdown] lang="ko"
# ## 4. 학습 실행
#
# `train`은 프로토콜대로 학습하고, 에포크마다 숫자가 하나씩 들어 있는 목록 두 개를 반환합니다. 검증 손실이 더 내려가지 않으면 일찍 멈춰도 되지만(`keras.callbacks.EarlyStopping`) 꼭 그럴 필요는 없습니다. 데이터셋은 끝이 없습니다. 그렇다면 한 에포크의 길이는 무엇으로 알려 주어야 할까요?

# %% solution="train"
{{ reference("train") }}

# %% item="train"
check("train")

# %% [markdown] lang="en"
# Two sanity checks before any real training, both in seconds:
#
# 1. **The loss at chance.** A network that says 0.5 to everybody has the cross-entropy $-\ln 0.5 = 0.693$. An untrained one must start near it.
# 2. **Overfit a few images.** On 64 images a healthy network can learn everything by heart. If yours cannot, something is broken, and an hour of training will not mend it.
#
# **Predict** the loss on 64 images after 60 steps, for ELU and for the sigmoid.

# %% [markdown] lang="ko"
# 본격적인 학습에 앞서, 몇 초면 되는 점검을 두 가지 합니다.
#
# 1. **무작위로 답할 때의 손실.** 누구에게나 0.5라고 답하는 신경망의 교차 엔트로피는 $-\ln 0.5 = 0.693$입니다. 학습하지 않은 신경망은 이 값 근처에서 시작해야 합니다.
# 2. **영상 몇 장 외우기.** 건강한 신경망은 영상 64장쯤은 통째로 외울 수 있습니다. 외우지 못한다면 어딘가 고장 난 것이고, 한 시간을 학습해도 고쳐지지 않습니다.
#
# **예측해 보세요.** 영상 64장으로 60스텝을 학습하면 손실은 얼마가 될까요? ELU와 시그모이드는 어떻게 다를까요?

# %%
few = train_images[:64], train_labels[:64]
for activation in ("elu", "sigmoid"):
    keras.utils.set_random_seed(1)
    model = build_vgg16((SIZE, SIZE, 1), WIDTH, activation=activation, dense_units=DENSE_UNITS)
    model.compile(optimizer=keras.optimizers.Adam(5e-4), loss="binary_crossentropy")
    data = make_dataset(*few, 32, True, seed=0)
    before = model.evaluate(data, steps=2, verbose=0)
    sanity = train(model, data, data, {"epochs": 6, "steps_per_epoch": 10, "validation_steps": 2, "batch_size": 32})
    print(f"{activation:8} loss untrained {before:.3f} (chance 0.693), after {10 * len(sanity['loss'])} steps {sanity['val_loss'][-1]:.3f}")

# %% [markdown] lang="en"
# **What you saw.** If the sigmoid stays at 0.693 on images that it could simply memorise, you have met the vanishing gradient of the first assignment in the wild.
#
# ## 5. Learned, or learned by heart?
#
# The training loss falls as long as you let it. What matters is how far the validation loss stays behind. Write `overfitting_gap`: the mean of `val_loss - loss` over the `last` epochs.

# %% [markdown] lang="ko"
# **결과 살펴보기.** 그냥 외우기만 하면 되는 영상에서도 시그모이드의 손실이 0.693에 머문다면, 첫 과제에서 배운 기울기 소실을 실제로 만난 것입니다.
#
# ## 5. 배웠나, 외웠나?
#
# 학습 손실은 내버려두면 계속 내려갑니다. 중요한 것은 검증 손실이 얼마나 뒤처지는가입니다. 마지막 `last` 에포크에서 `val_loss - loss`의 평균을 구하는 `overfitting_gap`을 작성하세요.

# %% solution="overfitting_gap"
{{ reference("overfitting_gap") }}

# %% item="overfitting_gap"
check("overfitting_gap")

# %% [markdown] lang="en"
# ## 6. The study's two comparisons
#
# Everything is held fixed but one thing: first the activation (3x3 kernels), then the kernel size (ELU). Each run uses the protocol `PROTOCOL`. One run is one draw from a lottery of initial weights, so a difference means something only if it is larger than the spread between seeds: put more seeds into `SEEDS` when you have the time.
#
# **Predict** the ranking of the four activations, and whether 7x7 beats 3x3, before you start.

# %% [markdown] lang="ko"
# ## 6. 연구의 두 가지 비교
#
# 하나만 빼고 모든 것을 고정합니다. 먼저 활성화 함수를 바꾸고(커널 3x3), 다음으로 커널 크기를 바꿉니다(ELU). 실행마다 프로토콜은 `PROTOCOL`을 따릅니다. 실행 한 번은 초기 가중치라는 제비를 한 번 뽑은 것과 같으므로, 시드를 바꿀 때의 흔들림보다 큰 차이만 의미가 있습니다. 시간이 있으면 `SEEDS`에 시드를 더 넣으세요.
#
# 시작하기 전에 네 활성화 함수의 순위와, 7x7이 3x3보다 나을지를 **예측해 보세요**.

# %%
SEEDS = [0]  # one more seed doubles the time
LEARNING_RATE = 5e-4
runs = {}


def scores_of(model, images):
    """The model's probability of abnormal for each image."""
    x = (images / 255).astype("float32")[..., np.newaxis]
    batches = [np.asarray(model(x[start : start + 128], training=False)) for start in range(0, len(x), 128)]
    return np.concatenate(batches)[:, 0]


def auc_of(labels, scores):
    """Area under the ROC curve, from 1000 thresholds."""
    return float(keras.metrics.AUC(num_thresholds=1000)(labels, scores))


def run(kernel_size, activation, seed):
    """Trains one network of the comparison and notes what came of it."""
    keras.utils.set_random_seed(seed)
    model = build_vgg16((SIZE, SIZE, 1), WIDTH, kernel_size, activation, DENSE_UNITS)
    model.compile(optimizer=keras.optimizers.Adam(LEARNING_RATE), loss="binary_crossentropy")
    data = make_dataset(train_images, train_labels, PROTOCOL["batch_size"], True, seed)
    start = time.perf_counter()
    history = train(model, data, validation_data, PROTOCOL)
    seconds = time.perf_counter() - start
    scores = scores_of(model, validation_images)
    auc = auc_of(validation_labels, scores)
    runs[kernel_size, activation, seed] = {
        "history": history, "scores": scores, "auc": auc, "seconds": seconds, "parameters": model.count_params(),
    }
    print(f"{kernel_size} x {kernel_size} {activation:8} seed {seed}: validation AUC {auc:.3f}, gap "
          f"{overfitting_gap(history):+.3f}, {model.count_params():,} parameters, {seconds:.0f} s")


for seed in SEEDS:
    for activation in ("sigmoid", "tanh", "relu", "elu"):
        run(3, activation, seed)
    for kernel_size in (5, 7):
        run(kernel_size, "elu", seed)

# %% [markdown] lang="en"
# The study's figures 3, 4 and 5, from your runs. With several seeds a line is their mean, and the band goes from the lowest to the highest. On its own images, after 100 epochs, the study reports AUCs of 0.91 (sigmoid), 0.976 (tanh) and 0.996 (ELU).

# %% [markdown] lang="ko"
# 연구의 그림 3, 4, 5를 여러분의 실행 결과로 그립니다. 시드가 여럿이면 선은 평균이고, 띠는 가장 낮은 값에서 가장 높은 값까지입니다. 연구는 자체 영상으로 100 에포크를 학습해 AUC 0.91(시그모이드), 0.976(tanh), 0.996(ELU)을 보고했습니다.

# %%
networks = {name: (3, name) for name in ("sigmoid", "tanh", "relu", "elu")} | {f"elu {k} x {k}": (k, "elu") for k in (5, 7)}
of_seeds = {name: [runs[kernel_size, activation, seed] for seed in SEEDS]
            for name, (kernel_size, activation) in networks.items()}
histories = {name: [one["history"] for one in several] for name, several in of_seeds.items()}

figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.5), sharey=True, layout="constrained")
draw_losses(left, {"3 x 3": histories["elu"], "5 x 5": histories["elu 5 x 5"], "7 x 7": histories["elu 7 x 7"]}, "Kernels, ELU")
draw_losses(right, {name: histories[name] for name in ("sigmoid", "tanh", "relu", "elu")}, "Activations, 3 x 3")
plt.show()

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(12, 5), layout="constrained")
aucs = {name: [one["auc"] for one in several] for name, several in of_seeds.items()}
draw_roc(left, {f"{name}: {np.mean(aucs[name]):.3f}": [roc_points(validation_labels, one["scores"]) for one in several]
                for name, several in of_seeds.items()}, "ROC on the validation part")
draw_auc_of_seeds(right, {f"{name}\n{several[0]['parameters'] / 1e3:.0f}k, {several[0]['seconds']:.0f} s": aucs[name]
                          for name, several in of_seeds.items()}, "Validation AUC, parameters, seconds")
plt.show()

# %% [markdown] lang="en"
# **What you saw** is yours to say, in the first written answer below. Before you do: how large is the largest difference between two seeds of the *same* network? With one seed you cannot know.

# %% [markdown] lang="ko"
# **결과**는 아래의 서술 1에서 여러분이 직접 말해 보세요. 그 전에 생각해 봅시다. *같은* 신경망에서 시드만 바꿀 때 가장 큰 차이는 얼마인가요? 시드가 하나뿐이면 알 수 없습니다.

# %% [markdown] lang="en"
# ### Optional: why does the study's sigmoid learn?
#
# In your figures the sigmoid stays at ln 2; the study reports an AUC of 0.91 for it. Both can be true: something that a paper does not mention makes the difference. **Guess** what it could be: a longer training, another learning rate, other initial weights, a normalisation, or a sigmoid in some layers only? Choose one below and run the cell. It earns no points.
#
# <details><summary>What we found, after you have tried</summary>
#
# Under this course's protocol neither ten times nor a tenth of the learning rate, nor three times as many epochs moved it. Initial weights four times as large (Glorot and Bengio's factor for the sigmoid) did with two of three seeds. Three things did with every seed: a batch normalisation before every activation; initial weights scaled layer by layer, so that every unit's input has mean 0 and standard deviation 2 over the images; and a sigmoid in the two hidden dense layers only, with ReLU in the convolutions. All three keep the gradient from dying on its way through thirteen sigmoids. A network that starts from weights trained on other images (*fine-tuning*) would be a fourth, which we have not tried. `autograder study` repeats all of this.
# </details>

# %% [markdown] lang="ko"
# ### 선택 과제: 연구의 시그모이드는 왜 학습되었을까?
#
# 여러분의 그림에서 시그모이드는 ln 2에 머물지만, 연구는 AUC 0.91을 보고했습니다. 둘 다 사실일 수 있습니다. 논문에 적히지 않은 무언가가 차이를 만든 것입니다. 무엇일지 **짐작해 보세요**. 더 긴 학습, 다른 학습률, 다른 초기 가중치, 정규화, 아니면 일부 층에만 쓴 시그모이드일까요? 아래에서 하나를 골라 셀을 실행해 보세요. 점수는 없습니다.
#
# <details><summary>직접 해 본 다음에: 우리가 찾은 것</summary>
#
# 이 과목의 프로토콜에서는 학습률을 열 배나 10분의 1로 바꾸어도, 에포크를 세 배로 늘려도 움직이지 않았습니다. 초기 가중치를 네 배로 키우면(Glorot와 Bengio가 시그모이드에 제안한 배수) 세 시드 가운데 둘에서 학습되었습니다. 모든 시드에서 효과가 있었던 것은 세 가지입니다. 모든 활성화 함수 앞의 배치 정규화, 모든 유닛의 입력이 영상 전체에서 평균 0, 표준편차 2가 되도록 층마다 맞춘 초기 가중치, 그리고 합성곱층에는 ReLU를 쓰고 은닉 완전연결층 두 개에만 쓴 시그모이드입니다. 셋 다 열세 개의 시그모이드를 지나는 동안 기울기가 사라지지 않게 해 줍니다. 다른 영상으로 학습한 가중치에서 시작하는 것(*미세 조정*)도 방법이겠지만, 해 보지는 않았습니다. `autograder study`가 이 실험을 모두 되풀이합니다.
# </details>

# %%
TRY = None  # "normalisation" or "dense layers only"; or add an idea of your own


def sigmoid_network(change):
    """Your VGG-16 with sigmoid, layer by layer, with one change."""
    plain = build_vgg16((SIZE, SIZE, 1), WIDTH, activation="sigmoid", dense_units=DENSE_UNITS)
    model = keras.Sequential([keras.Input((SIZE, SIZE, 1))])
    for layer in plain.layers:
        if isinstance(layer, layers.InputLayer):
            continue
        copy = type(layer).from_config(layer.get_config())
        model.add(copy)
        if change == "normalisation" and layer.weights and layer is not plain.layers[-1]:
            copy.activation = keras.activations.linear
            model.add(layers.BatchNormalization())
            model.add(layers.Activation("sigmoid"))
        if change == "dense layers only" and isinstance(layer, layers.Conv2D):
            copy.activation = keras.activations.relu
    model.compile(optimizer=keras.optimizers.Adam(LEARNING_RATE), loss="binary_crossentropy")
    return model


if TRY:
    keras.utils.set_random_seed(0)
    changed = sigmoid_network(TRY)
    changed_history = train(changed, train_data, validation_data, PROTOCOL)
    figure, axis = plt.subplots(figsize=(6, 4))
    draw_losses(axis, {"plain sigmoid": histories["sigmoid"], f"sigmoid, {TRY}": changed_history}, "One change")
    plt.show()
    print(f"validation AUC {auc_of(validation_labels, scores_of(changed, validation_images)):.3f}")

# %% [markdown] lang="en"
# ## 7. Your choice
#
# Write `build_and_compile`: your `build_vgg16` with the kernel size and activation that you choose, an optimiser and a learning rate. A plain VGG-16, without further layers. The validation part may advise you; nothing else may. The protocol is short, so choose what learns fast.

# %% [markdown] lang="ko"
# ## 7. 나의 선택
#
# `build_and_compile`을 작성하세요. 여러분의 `build_vgg16`에 직접 고른 커널 크기와 활성화 함수를 넣고, 최적화 알고리즘과 학습률을 정합니다. 다른 층을 더하지 않은 VGG-16이어야 합니다. 선택할 때는 검증 부분만 참고할 수 있습니다. 프로토콜이 짧으니 빨리 배우는 것을 고르세요.

# %% solution="build_and_compile"
{{ reference("build_and_compile") }}

# %% item="build_and_compile"
check("build_and_compile")

# %% [markdown] lang="en"
# Train it once, as the grader will.

# %% [markdown] lang="ko"
# 채점기가 하듯이 한 번 학습해 봅시다.

# %%
keras.utils.set_random_seed(0)
final = build_and_compile((SIZE, SIZE, 1), WIDTH, DENSE_UNITS)
final_history = train(final, train_data, validation_data, PROTOCOL)
figure, axis = plt.subplots(figsize=(6, 4))
draw_losses(axis, {"your network": final_history}, "Your choice")
plt.show()
print(f"validation AUC {auc_of(validation_labels, scores_of(final, validation_images)):.3f}, "
      f"gap {overfitting_gap(final_history):+.3f}")

# %% [markdown] lang="en"
# ## 8. The test part, once
#
# Your choices are made. Run the next cell once; if you change anything after it, the number is no longer a test. The grey band says how far the curve might move with another draw of as many patients (a *bootstrap*: images drawn again with replacement). Below stand the images on which your network was most confidently wrong.

# %% [markdown] lang="ko"
# ## 8. 테스트 부분은 한 번만
#
# 이제 선택은 끝났습니다. 다음 셀은 한 번만 실행하세요. 이 셀을 본 뒤에 무언가를 바꾸면 그 숫자는 더 이상 시험이 아닙니다. 회색 띠는 같은 수의 환자를 다시 뽑을 때 곡선이 얼마나 움직일 수 있는지 보여 줍니다(*부트스트랩*: 영상을 복원 추출로 다시 뽑는 방법). 그 아래에는 신경망이 가장 자신 있게 틀린 영상이 나옵니다.

# %%
test_images, test_labels = load_split("test")
test_scores = scores_of(final, test_images)
curves, aucs, rng = [], [], np.random.default_rng(0)
for _ in range(200):
    drawn = rng.integers(len(test_labels), size=len(test_labels))
    grid, tpr = roc_points(test_labels[drawn], test_scores[drawn])
    curves.append(tpr)
    aucs.append(auc_of(test_labels[drawn], test_scores[drawn]))
low, high = np.quantile(aucs, [0.025, 0.975])
figure, axis = plt.subplots(figsize=(5.5, 5.5))
axis.fill_between(grid, *np.quantile(curves, [0.025, 0.975], axis=0), color="lightgrey")
name = f"{auc_of(test_labels, test_scores):.3f} (95 % of the draws: {low:.3f} to {high:.3f})"
draw_roc(axis, {name: roc_points(test_labels, test_scores)}, "ROC on the test part")
plt.show()

worst = np.argsort(np.abs(test_scores - test_labels))[::-1][:6]
figure, axes = plt.subplots(1, 6, figsize=(12, 2.6))
for axis, index in zip(axes, worst):
    axis.imshow(test_images[index], cmap="gray", vmin=0, vmax=255)
    truth = "abnormal" if test_labels[index] else "normal"
    axis.set_title(f"{truth}\nscore {test_scores[index]:.2f}", fontsize=9)
    axis.axis("off")
figure.suptitle("The most confident mistakes")
plt.tight_layout()
plt.show()

# %% [markdown] lang="en"
# ## 9. Unseen images
#
# The grader runs your `make_dataset`, `build_and_compile` and `train` on the course's training and validation images, takes the weights of the trained network, and computes the AUC on X-rays that are in no file of yours. Time limit: {{ "%.0f"|format(profile.training_wall_s) }} s for each run.
#
# Initial weights are a lottery, and bad luck shall not cost you points: if the first run does not earn everything, the grader trains once more with **another seed**, and the **better of the two** counts. The limits below were set by training right and faulty pipelines many times, so that with this rule a right one misses the last line with a probability of at most 1 %.
#
# The lottery is the grader's: after `build_and_compile` it draws new initial weights, in each layer as large as those of your initialiser, and with biases of 0. `train` has to train all layers from there.
#
# A run that stops before the {{ profile.epochs }} epochs are over, though its validation loss was still falling, does not earn the last line. Nor does one whose `train` returns losses that the trained network does not have: the grader computes the binary cross-entropy itself, on images in [0, 1].
#
# | AUC at least | share of the points |
# |---|---|
{%- for step in profile.auc_steps %}
# | {{ "%.2f"|format(step.auc) }} | {{ "%.0f"|format(100 * step.credit) }} % |
{%- endfor %}
#
# There is nothing to write here. It needs a correct `build_vgg16` and `build_and_compile`, which have to run without this notebook's other cells.

# %% [markdown] lang="ko"
# ## 9. 아무도 보지 못한 영상
#
# 채점기는 여러분의 `make_dataset`, `build_and_compile`, `train`을 과목의 학습·검증 영상으로 실행하고, 학습된 신경망의 가중치를 받아, 여러분의 어떤 파일에도 없는 X선 영상에서 AUC를 계산합니다. 제한 시간은 실행마다 {{ "%.0f"|format(profile.training_wall_s) }}초입니다.
#
# 초기 가중치는 제비뽑기와 같지만 운이 나빠서 점수를 잃는 일은 없어야 합니다. 첫 실행이 만점을 받지 못하면 채점기는 **다른 시드로** 한 번 더 학습하고, **둘 중 나은 결과**를 씁니다. 아래 기준은 올바른 코드와 잘못된 코드를 여러 번 학습해 정했습니다. 이 규칙에 따르면 올바른 코드가 마지막 줄에 닿지 못할 확률은 1 % 이하입니다.
#
# 제비는 채점기가 뽑습니다. `build_and_compile`이 끝나면 층마다 여러분의 초기화와 같은 크기로 초기 가중치를 새로 뽑고 편향은 0으로 둡니다. `train`은 거기서부터 모든 층을 학습해야 합니다.
#
# {{ profile.epochs }} 에포크를 다 채우기 전에 멈췄는데 그때도 검증 손실이 내려가고 있었다면, 마지막 줄의 점수는 받지 못합니다. `train`이 돌려준 손실이 학습된 신경망의 손실과 다를 때도 마찬가지입니다. 채점기는 [0, 1] 범위의 영상에서 이진 교차 엔트로피를 직접 계산합니다.
#
# | AUC (이상) | 점수 비율 |
# |---|---|
{%- for step in profile.auc_steps %}
# | {{ "%.2f"|format(step.auc) }} | {{ "%.0f"|format(100 * step.credit) }} % |
{%- endfor %}
#
# 여기서 쓸 것은 없습니다. `build_vgg16`과 `build_and_compile`이 올바라야 하고, 이 노트북의 다른 셀 없이도 실행되어야 합니다.

# %% item="minimum_auc"
check("minimum_auc")

# %% [markdown] manual="why_kernel" lang="en"
# ### Written answer 1: did 7x7 help, and why?
#
# Use your own numbers from section 6, in five to ten sentences. The numbers come from one data set and few seeds: say what they can carry.
#
# | level | what it takes |
# |---|---|
# | 3 | the difference against the spread between seeds; the receptive field; the 5.4 times larger number of weights in the convolutions as another explanation |
# | 2 | your numbers and one mechanism that could explain them |
# | 1 | numbers without a reason |
# | 0 | a claim without support |

# %% [markdown] manual="why_kernel" lang="ko"
# ### 서술 1: 7x7은 도움이 되었나요? 이유는 무엇인가요?
#
# 6절에서 얻은 여러분의 수치를 근거로 5~10문장으로 쓰세요. 데이터셋은 하나이고 시드는 몇 개뿐입니다. 이 수치로 어디까지 말할 수 있는지도 밝히세요.
#
# | 수준 | 요건 |
# |---|---|
# | 3 | 시드 사이의 흔들림과 견준 차이, 수용 영역, 그리고 또 다른 설명으로서 5.4배 많은 합성곱 가중치를 모두 다룸 |
# | 2 | 자신의 수치와 그것을 설명할 수 있는 원리 하나 |
# | 1 | 근거 없이 수치만 제시 |
# | 0 | 뒷받침 없는 주장 |

# %% [markdown] lang="en"
# For the second answer, what your network would mean in a screening programme. **Predict** first: with sensitivity and specificity of 0.9, how many of the people called back are ill when 2 in 100 are?

# %% [markdown] lang="ko"
# 두 번째 서술을 위해, 여러분의 신경망이 선별 검사에서 어떤 의미일지 계산해 봅시다. 먼저 **예측해 보세요**. 민감도와 특이도가 0.9이고 100명 중 2명이 환자라면, 재검 통보를 받은 사람 가운데 실제 환자는 얼마나 될까요?

# %%
prevalence = 0.02
validation_scores = scores_of(final, validation_images)
print(f"{'threshold':>9} {'sensitivity':>12} {'specificity':>12} {'PPV at 2 %':>11} {'false alarms per found case':>28}")
for threshold in (0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9):
    hit = np.mean(validation_scores[validation_labels == 1] >= threshold)
    calm = np.mean(validation_scores[validation_labels == 0] < threshold)
    found, alarms = hit * prevalence, (1 - calm) * (1 - prevalence)
    ppv, ratio = (found / (found + alarms), alarms / found) if found else (float("nan"), float("nan"))
    print(f"{threshold:9.2f} {hit:12.3f} {calm:12.3f} {ppv:11.3f} {ratio:28.1f}")

# %% [markdown] manual="screening_threshold" lang="en"
# ### Written answer 2: a threshold for screening
#
# Your network is to screen healthy-looking people, of whom 2 % are ill. Choose a threshold from the table above, decide, and defend the decision: what does a missed case cost, what a false alarm, and how far can numbers from generated X-rays be trusted? (Half of the course's images are abnormal because the generator was told so.)
#
# | level | what it takes |
# |---|---|
# | 3 | the costs of both errors; sensitivity and specificity; the PPV at 2 %; the limits of synthetic images; a decision |
# | 2 | costs and numbers |
# | 1 | definitions |
# | 0 | accuracy, or nothing |

# %% [markdown] manual="screening_threshold" lang="ko"
# ### 서술 2: 선별 검사의 임계값
#
# 여러분의 신경망이 겉보기에 건강한 사람들을 선별 검사합니다. 그중 2 %가 환자입니다. 위의 표에서 임계값 하나를 골라 결정하고, 그렇게 결정한 이유를 근거를 들어 설명하세요. 환자를 놓치면 어떤 대가를 치르고, 거짓 경보는 어떤 대가를 치르나요? 생성된 X선 영상에서 얻은 수치는 어디까지 믿을 수 있나요? (과목 영상의 절반이 비정상인 것은 생성 모델에 그렇게 시켰기 때문입니다.)
#
# | 수준 | 요건 |
# |---|---|
# | 3 | 두 가지 오류의 대가, 민감도와 특이도, 유병률 2 %에서의 PPV, 합성 영상의 한계, 그리고 결정 |
# | 2 | 대가와 수치 |
# | 1 | 용어의 정의 |
# | 0 | 정확도만 언급하거나 답이 없음 |

# %% [markdown] lang="en"
# **To the case.** An AUC on generated images is no clinical evidence: the generator shows one disease family in children of one to five years, and whatever it does not draw your network has never seen. What does transfer is the method: split first, choose on validation, test once, look at the mistakes, and ask what a number costs at the prevalence of the place where it will be used.
#
# Before you hand in: restart the kernel, run all cells from the top, and check that both written answers are there.

# %% [markdown] lang="ko"
# **임상에서는.** 생성된 영상에서 얻은 AUC는 임상 근거가 아닙니다. 생성 모델은 1~5세 아이들의 한 가지 질환군만 보여 주고, 생성 모델이 그리지 않는 것은 여러분의 신경망이 본 적이 없습니다. 다른 곳에서도 통하는 것은 방법입니다. 먼저 나누고, 검증 부분으로 고르고, 한 번만 시험하고, 틀린 영상을 들여다보고, 그 숫자가 실제로 쓰일 곳의 유병률에서 어떤 대가를 뜻하는지 물으세요.
#
# 제출하기 전에 커널을 다시 시작해 맨 위부터 모든 셀을 실행하고, 서술 두 개가 모두 들어 있는지 확인하세요.
