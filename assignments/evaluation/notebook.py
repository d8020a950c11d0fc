# %% [markdown] lang="en"
# # {{ title }}
#
# A company offers your hospital a model for chest X-rays. It was tried on 1,000 patients, of whom 50 have an abnormal finding, and the brochure says: **over 94 % accurate**. Would you deploy it? And if it has to err, which error costs more?
#
# In this notebook you build the numbers that answer these questions, from the confusion matrix to the ROC curve and its area, and you learn what none of them can tell. The scores are given, so nothing here depends on a network of yours.
#
# **How to work.** Write your code between the lines of the cells that say `raise NotImplementedError()`, delete that line, and run the `check(...)` cell below. Your grade uses further, hidden tests of the same rules. Cells that draw pictures fail with `NotImplementedError` until the functions that they need are written; that is no harm.
#
# | item | points |
# |---|---|
# | confusion matrix | {{ points("confusion_matrix") }} |
# | sensitivity and specificity | {{ points("sensitivity_specificity") }} |
# | ROC curve | {{ points("roc_curve") }} |
# | area under a curve | {{ points("auc") }} |
# | AUC by comparing pairs | {{ points("roc_auc") }} |
# | best threshold | {{ points("best_threshold") }} |

# %% [markdown] lang="ko"
# # {{ title }}
#
# 어느 회사가 여러분의 병원에 흉부 X선 판독 모델을 제안했습니다. 환자 1,000명으로 시험했고 그중 50명에게 비정상 소견이 있었습니다. 안내 책자에는 **정확도 94 % 이상**이라고 적혀 있습니다. 이 모델을 병원에 도입하겠습니까? 어차피 틀릴 때가 있다면, 어느 쪽 오류의 대가가 더 클까요?
#
# 이 노트북에서는 혼동 행렬에서 ROC 곡선과 그 면적까지, 이 질문에 답하는 수치를 직접 만들고, 그 수치로는 알 수 없는 것이 무엇인지도 배웁니다. 점수는 미리 주어지므로 여러분이 만든 신경망과는 상관이 없습니다.
#
# **진행 방법.** `raise NotImplementedError()`가 있는 셀에서 그 줄을 지우고 코드를 작성한 뒤, 바로 아래의 `check(...)` 셀을 실행하세요. 성적에는 같은 규칙을 확인하는 비공개 검사도 쓰입니다. 그림을 그리는 셀은 필요한 함수를 작성하기 전까지 `NotImplementedError`로 멈추는데, 문제가 되지 않습니다. 그림 속 글자는 글꼴 문제를 피하려고 영어로 적었습니다.
#
# | 항목 | 점수 |
# |---|---|
# | 혼동 행렬 | {{ points("confusion_matrix") }} |
# | 민감도와 특이도 | {{ points("sensitivity_specificity") }} |
# | ROC 곡선 | {{ points("roc_curve") }} |
# | 곡선 아래 면적 | {{ points("auc") }} |
# | 짝 비교로 구하는 AUC | {{ points("roc_auc") }} |
# | 가장 좋은 임계값 | {{ points("best_threshold") }} |

# %%
from autograder import check
import matplotlib.pyplot as plt
import numpy as np

# The trial: everyone works with the same 1,000 patients.
trial = np.random.default_rng(2024)
y_true = trial.permutation(np.repeat([0, 1], [950, 50]))  # 0 normal, 1 abnormal
logit = trial.normal(np.where(y_true == 1, 0.2, -2.3), np.where(y_true == 1, 1.4, 1.1))
y_score = np.round(1 / (1 + np.exp(-logit)), 2)  # the model's score, rounded to two places, so ties occur
print(f"{y_true.size} patients, {y_true.sum()} of them abnormal; scores from {y_score.min()} to {y_score.max()}")

# %% [markdown] lang="en"
# The next cell is yours: put imports and helpers that your functions need here, since only this cell and the solution cells are handed to the grader. NumPy is the only package available there: scikit-learn, which has all of this ready-made, is not. The cell already holds `as_cases`, which we give to you: it copies labels and scores into two new arrays and raises `ValueError` when they are of unequal lengths, when a label is neither 0 nor 1, or when a score is NaN.

# %% [markdown] lang="ko"
# 다음 셀은 여러분의 것입니다. 작성한 함수에 필요한 import와 보조 함수는 여기에 두세요. 채점기에는 이 셀과 풀이 셀만 전달되며, 쓸 수 있는 패키지는 NumPy뿐입니다. 이 모든 것이 이미 들어 있는 scikit-learn은 쓸 수 없습니다. 이미 들어 있는 `as_cases`는 미리 제공하는 함수로, 라벨과 점수를 새 배열 두 개로 복사하고, 길이가 서로 다르거나 라벨에 0과 1이 아닌 값이 있거나 점수에 NaN이 있으면 `ValueError`를 일으킵니다.

# %% solution="imports"
import numpy as np


{{ reference("as_cases") }}

# %% [markdown] lang="en"
# ## 1. Over 94 % accurate
#
# Meet a competitor for the brochure's model: a rubber stamp that says "normal" to everyone.
#
# **Predict** before you run the cell: how accurate is the stamp?

# %% [markdown] lang="ko"
# ## 1. 정확도 94 % 이상
#
# 책자에 실린 모델의 경쟁자를 소개합니다. 누구에게나 "정상"이라고 찍는 도장입니다.
#
# 셀을 실행하기 전에 **예측해 보세요**. 이 도장의 정확도는 얼마일까요?

# %%
stamp_score = np.zeros(1000)  # "normal" for everyone
scores_of = {"model": y_score, "stamp": stamp_score}
report = {name: {} for name in scores_of}


def add_to_report(**functions):
    """Grows the report by one column for each function of the scores, and shows it."""
    for name, scores in scores_of.items():
        report[name] |= {column: function(scores) for column, function in functions.items()}
    columns = list(report["model"])
    print(" " * 7 + "".join(f"{column:>13}" for column in columns))
    for name, row in report.items():
        print(f"{name:7}" + "".join(f"{row[column]:13.3f}" for column in columns))


add_to_report(accuracy=lambda scores: np.mean((scores >= 0.5) == (y_true == 1)))

# %% [markdown] lang="en"
# **What you saw.** The stamp, which finds nobody, is as accurate as the model, and even a little more so. Where 95 % of the patients are normal, 95 % accuracy is free. One number for two kinds of error hides the only thing that matters: *which* patients it gets wrong.
#
# ## 2. The confusion matrix
#
# Count the four cases apart. Rows are the truth, columns what the model said:
#
# | | called normal | called abnormal |
# |---|---|---|
# | **is normal** | TN, true negative | FP, false positive (false alarm) |
# | **is abnormal** | FN, false negative (missed case) | TP, true positive |
#
# The second word (positive or negative) is what the model *said*, the first whether it was right.
#
# `confusion_matrix(y_true, y_score, threshold=0.5)` returns the counts as an array `[[TN, FP], [FN, TP]]`. **An image is called abnormal when its score >= threshold**, so a score equal to the threshold is an alarm. These rules hold for all functions of this notebook:
#
# * `y_true` holds 0 (normal) and 1 (abnormal), `y_score` real numbers, in any order and with ties; they need not lie in [0, 1].
# * Labels and scores are never changed.
# * Unequal lengths, or NaN among the scores, raise `ValueError` (`as_cases` does it for you).
#
# <details><summary>Hint</summary>
#
# With `as_cases` the labels are True and False. `a & ~b` is True where a holds and b does not, and `np.sum` counts the True entries. Four counts, one line each.
# </details>

# %% [markdown] lang="ko"
# **결과 살펴보기.** 아무도 찾아내지 못하는 도장의 정확도가 모델만큼, 아니 모델보다 조금 더 높습니다. 환자의 95 %가 정상인 곳에서 정확도 95 %는 공짜입니다. 두 종류의 오류를 숫자 하나로 합치면 정작 중요한 것, 즉 *어떤* 환자를 틀리는지가 가려집니다.
#
# ## 2. 혼동 행렬
#
# 네 가지 경우를 따로 셉니다. 행은 실제, 열은 모델의 판정입니다.
#
# | | 정상으로 판정 | 비정상으로 판정 |
# |---|---|---|
# | **실제 정상** | TN, 진음성 | FP, 위양성(거짓 경보) |
# | **실제 비정상** | FN, 위음성(놓친 환자) | TP, 진양성 |
#
# 뒤의 말(양성/음성)은 모델이 *말한 것*이고, 앞의 말(진/위)은 그 말이 맞았는지를 나타냅니다.
#
# `confusion_matrix(y_true, y_score, threshold=0.5)`는 네 개수를 배열 `[[TN, FP], [FN, TP]]`로 반환합니다. **점수 >= 임계값이면 비정상으로 판정합니다.** 점수가 임계값과 같아도 경보입니다. 다음 규칙은 이 노트북의 모든 함수에 적용됩니다.
#
# * `y_true`에는 0(정상)과 1(비정상)이, `y_score`에는 실수가 들어 있습니다. 순서는 제각각이고 같은 점수가 있을 수 있으며, 꼭 [0, 1] 안에 있을 필요는 없습니다.
# * 라벨과 점수는 절대 바꾸지 않습니다.
# * 길이가 서로 다르거나 점수에 NaN이 있으면 `ValueError`를 일으킵니다(`as_cases`가 대신해 줍니다).
#
# <details><summary>힌트</summary>
#
# `as_cases`를 거치면 라벨은 True와 False가 됩니다. `a & ~b`는 a이면서 b가 아닌 곳에서 True이고, `np.sum`은 True의 개수를 셉니다. 네 개수를 한 줄씩 구하면 됩니다.
# </details>

# %% solution="confusion_matrix"
{{ reference("confusion_matrix") }}

# %% item="confusion_matrix"
check("confusion_matrix")

# %% [markdown] lang="en"
# Both confusion matrices, and below them the scores of the two classes with the threshold. **Predict:** change `my_threshold` to the value at which you would set the alarm, and guess how many of the 50 abnormal patients you miss.

# %% [markdown] lang="ko"
# 두 모델의 혼동 행렬과, 두 클래스의 점수 분포를 임계값과 함께 그립니다. **예측해 보세요.** `my_threshold`를 여러분이라면 경보를 울릴 값으로 바꾸고, 비정상 환자 50명 가운데 몇 명을 놓칠지 맞혀 보세요.

# %%
my_threshold = 0.5

figure, axes = plt.subplots(1, 3, figsize=(13, 3.6), width_ratios=(1, 1, 2))
for panel, (name, scores) in zip(axes, scores_of.items()):
    counts = confusion_matrix(y_true, scores, my_threshold)
    panel.imshow(counts / counts.sum(axis=1, keepdims=True), cmap="Blues", vmin=0, vmax=1.4)
    for (row, column), label in np.ndenumerate([["TN", "FP"], ["FN", "TP"]]):
        panel.text(column, row, f"{label}\n{counts[row][column]:.0f}", ha="center", va="center")
    panel.set(title=f"{name}, threshold {my_threshold}", xlabel="model says", ylabel="truth")
    panel.set_xticks([0, 1], ["normal", "abnormal"])
    panel.set_yticks([0, 1], ["normal", "abnormal"], rotation=90, va="center")
bins = np.arange(-0.005, 1.05, 0.05)  # edges between the rounded scores
for value, label in ((0, "normal (950)"), (1, "abnormal (50)")):
    axes[2].hist(y_score[y_true == value], bins, density=True, alpha=0.6, label=label)
axes[2].axvline(my_threshold, color="black", linestyle=":", label="my_threshold")
axes[2].set(title="Scores of the model by class", xlabel="score", ylabel="density (each class has area 1)")
axes[2].legend()
plt.tight_layout()
plt.show()
add_to_report(
    missed=lambda scores: confusion_matrix(y_true, scores)[1][0],
    false_alarms=lambda scores: confusion_matrix(y_true, scores)[0][1],
)

# %% [markdown] lang="en"
# **What you saw.** The two humps overlap, so every threshold makes errors; it only chooses which. At 0.5 the model misses a good many abnormal patients and the stamp misses all of them, which the accuracies did not show.
#
# ## 3. Sensitivity and specificity
#
# Ask each row of the matrix by itself:
#
# $$\text{sensitivity} = \frac{TP}{TP + FN} \qquad \text{specificity} = \frac{TN}{TN + FP}$$
#
# Sensitivity: of the abnormal images, which share is found? Specificity: of the normal ones, which share is left in peace? Neither depends on how many patients are ill, since each looks at one row only.
#
# Both take `(y_true, y_score, threshold=0.5)` and return one number. **When the row is empty the share is 0/0 and has no value: raise `ValueError`** (sensitivity without any abnormal image, specificity without any normal one). This check is yours to write; neither 0 nor NaN is an answer.
#
# A mistake in `confusion_matrix` costs you here as well if you call it; writing each rate from its definition takes no more lines.
#
# <details><summary>Hint</summary>
#
# Pick the scores of one class with `scores[labels]` or `scores[~labels]`. The mean of a comparison is a share.
# </details>

# %% [markdown] lang="ko"
# **결과 살펴보기.** 두 봉우리가 겹치므로 어떤 임계값을 골라도 오류가 생깁니다. 임계값은 어떤 오류를 낼지 고를 뿐입니다. 0.5에서 모델은 비정상 환자를 적지 않게 놓치고, 도장은 전부 놓칩니다. 정확도만 보아서는 알 수 없던 사실입니다.
#
# ## 3. 민감도와 특이도
#
# 행렬의 행마다 따로 물어봅시다.
#
# $$\text{sensitivity} = \frac{TP}{TP + FN} \qquad \text{specificity} = \frac{TN}{TN + FP}$$
#
# 민감도(sensitivity)는 비정상 영상 중 찾아낸 비율, 특이도(specificity)는 정상 영상 중 정상으로 판정한 비율입니다. 각각 한 행만 보므로, 환자가 얼마나 많은지에는 영향을 받지 않습니다.
#
# 두 함수 모두 `(y_true, y_score, threshold=0.5)`를 받아 수 하나를 반환합니다. **그 행이 비어 있으면 비율은 0/0이라 값이 없으므로 `ValueError`를 일으키세요**(비정상 영상이 없을 때의 민감도, 정상 영상이 없을 때의 특이도). 이 검사는 직접 작성해야 합니다. 0이나 NaN은 답이 아닙니다.
#
# `confusion_matrix`를 호출해 쓰면 그 함수의 실수가 여기서도 점수를 깎습니다. 정의대로 직접 써도 줄 수는 늘지 않습니다.
#
# <details><summary>힌트</summary>
#
# `scores[labels]`나 `scores[~labels]`로 한쪽 클래스의 점수만 고를 수 있습니다. 비교 결과의 평균이 곧 비율입니다.
# </details>

# %% solution="sensitivity_specificity"
{{ reference("sensitivity", "specificity") }}

# %% item="sensitivity_specificity"
check("sensitivity_specificity")

# %% [markdown] lang="en"
# **Predict** how the two curves run when the threshold moves from 0 to 1, and where they cross.

# %% [markdown] lang="ko"
# 임계값을 0에서 1로 옮기면 두 곡선이 어떻게 움직이고 어디에서 만날지 **예측해 보세요**.

# %%
sweep = np.linspace(0, 1, 101)
found = np.array([sensitivity(y_true, y_score, t) for t in sweep])
spared = np.array([specificity(y_true, y_score, t) for t in sweep])
plt.plot(sweep, found, label="sensitivity (abnormal found)")
plt.plot(sweep, spared, label="specificity (normal left in peace)")
plt.axvline(my_threshold, color="black", linestyle=":", label="my_threshold")
plt.title("One threshold, two shares")
plt.xlabel("threshold")
plt.ylabel("share of the class")
plt.legend()
plt.show()
crossing = sweep[np.argmin(np.abs(found - spared))]
print(f"the curves cross near threshold {crossing:.2f}, at {sensitivity(y_true, y_score, crossing):.3f}")
add_to_report(
    sensitivity=lambda scores: sensitivity(y_true, scores),
    specificity=lambda scores: specificity(y_true, scores),
)

# %% [markdown] lang="en"
# **What you saw.** Whoever wants to miss less must alarm more. And 0.5 is nobody's natural threshold: the scores of this model are low on the whole, so at 0.5 it is very specific and not very sensitive. What it *could* do at other thresholds is the next question.
#
# ## 4. The ROC curve
#
# Take every threshold at once: plot the true positive rate (sensitivity) against the false positive rate (1 - specificity).
#
# `roc_curve(y_true, y_score)` returns three arrays `fpr, tpr, thresholds`:
#
# * **Every distinct score serves as a threshold**, from the highest down; images with equal scores pass it together. No point is left out, even if it lies on a straight line between its neighbours.
# * One point is put in front: a threshold above every score calls nobody abnormal, which is (0, 0). So k distinct scores give k + 1 points, from (0, 0) to (1, 1). The first threshold is `np.inf` (any number above all scores is accepted too, as is leaving this one threshold out).
# * Both classes are needed: **one class only raises `ValueError`**. This check is yours.
#
# <details><summary>Hint: the thresholds</summary>
#
# `np.unique` gives the distinct scores, sorted upwards; `[::-1]` turns them round.
# </details>
#
# <details><summary>Hint: the rates</summary>
#
# A loop over the thresholds is fine: it is your sensitivity and one minus your specificity at each. Without a loop: `np.searchsorted(sorted_scores, t)` counts how many sorted scores lie below t.
# </details>

# %% [markdown] lang="ko"
# **결과 살펴보기.** 덜 놓치려면 더 자주 경보를 울려야 합니다. 그리고 0.5는 누구에게도 당연한 임계값이 아닙니다. 이 모델의 점수는 전반적으로 낮아서, 0.5에서는 특이도가 매우 높고 민감도는 그리 높지 않습니다. 다른 임계값에서는 무엇을 *할 수 있을지*가 다음 질문입니다.
#
# ## 4. ROC 곡선
#
# 모든 임계값을 한꺼번에 봅시다. 위양성률(1 - 특이도)을 가로축에, 진양성률(민감도)을 세로축에 그립니다.
#
# `roc_curve(y_true, y_score)`는 배열 세 개 `fpr, tpr, thresholds`를 반환합니다.
#
# * **서로 다른 점수 하나하나가 임계값이 됩니다.** 높은 점수부터 내려오며, 점수가 같은 영상은 함께 넘어갑니다. 이웃한 두 점을 잇는 직선 위에 있더라도 점을 빼지 않습니다.
# * 맨 앞에 점을 하나 둡니다. 모든 점수보다 높은 임계값은 아무도 비정상으로 판정하지 않으므로 (0, 0)입니다. 따라서 서로 다른 점수가 k개이면 (0, 0)에서 (1, 1)까지 k + 1개의 점이 됩니다. 첫 임계값은 `np.inf`입니다(모든 점수보다 큰 다른 수를 쓰거나, 이 임계값 하나를 빼는 것도 인정합니다).
# * 두 클래스가 모두 필요합니다. **한 클래스만 있으면 `ValueError`를 일으키세요.** 이 검사는 직접 작성합니다.
#
# <details><summary>힌트: 임계값</summary>
#
# `np.unique`는 서로 다른 점수를 오름차순으로 반환하고, `[::-1]`은 순서를 뒤집습니다.
# </details>
#
# <details><summary>힌트: 비율</summary>
#
# 임계값마다 반복문을 돌려도 됩니다. 각 임계값에서의 민감도와, 1에서 특이도를 뺀 값입니다. 반복문 없이 하려면 `np.searchsorted(sorted_scores, t)`가 정렬된 점수 중 t보다 작은 것이 몇 개인지 세어 줍니다.
# </details>

# %% solution="roc_curve"
{{ reference("roc_curve") }}

# %% item="roc_curve"
check("roc_curve")

# %% [markdown] lang="en"
# **Predict** where the stamp's curve runs, and what a coin toss in place of the model would draw.

# %% [markdown] lang="ko"
# 도장의 곡선은 어디를 지날지, 모델 대신 동전을 던지면 어떤 곡선이 나올지 **예측해 보세요**.

# %%
def draw_roc(panel):
    """The model's curve, the diagonal, and a few thresholds marked on the curve."""
    fpr, tpr, _ = roc_curve(y_true, y_score)
    panel.plot(fpr, tpr, label="model")
    panel.plot([0, 1], [0, 1], "--", color="grey", label="diagonal: no knowledge")
    for threshold in (0.5, 0.3, 0.2, 0.1, 0.05):
        x, y = 1 - specificity(y_true, y_score, threshold), sensitivity(y_true, y_score, threshold)
        panel.plot(x, y, "o", color="black", markersize=4)
        panel.annotate(f"{threshold}", (x, y), xytext=(6, -10), textcoords="offset points")
    panel.set(title="ROC curve with some thresholds", aspect="equal")
    panel.set(xlabel="false positive rate = 1 - specificity", ylabel="true positive rate = sensitivity")


coin = np.random.default_rng(5).uniform(size=1000)
figure, panel = plt.subplots(figsize=(5.5, 5.5))
draw_roc(panel)
for name, scores in (("coin", coin), ("stamp", stamp_score)):
    fpr, tpr, _ = roc_curve(y_true, scores)
    panel.plot(fpr, tpr, alpha=0.7, label=name)
panel.legend()
plt.show()

# %% [markdown] lang="en"
# **What you saw.** The model's curve bends towards the upper left corner, where all is found and nobody alarmed in vain. The coin wanders near the diagonal; the stamp knows two points only, "nobody" and "everybody", joined by that same diagonal. Which threshold to use is a choice of a point *on* the curve; how good the model is, is the curve itself.
#
# ## 5. The area under the curve
#
# How far a curve lies above the diagonal is often summed up by the area below it. Between neighbouring points the curve is a straight line, so each piece is a trapezoid, width times mean height:
#
# $$\text{AUC} = \sum_i (x_{i+1} - x_i)\,\frac{y_i + y_{i+1}}{2}$$
#
# `auc(fpr, tpr)` returns this sum for any curve with rising `fpr` (equal neighbours allowed). It does not change its input. **Unequal lengths raise `ValueError`**; this check is yours.

# %% [markdown] lang="ko"
# **결과 살펴보기.** 모델의 곡선은 왼쪽 위 구석을 향해 휘어 있습니다. 모두 찾아내고 거짓 경보는 하나도 울리지 않는 지점입니다. 동전은 대각선 근처를 오갑니다. 도장은 "아무도 아님"과 "모두"라는 두 점밖에 모르고, 두 점은 바로 그 대각선으로 이어집니다. 어떤 임계값을 쓸지는 곡선 *위의 점*을 고르는 일이고, 모델이 얼마나 좋은지는 곡선 자체가 말해 줍니다.
#
# ## 5. 곡선 아래 면적
#
# 곡선이 대각선보다 얼마나 위에 있는지를 흔히 그 아래 면적 하나로 요약합니다. 이웃한 점 사이는 직선이므로 각 조각은 사다리꼴이고, 넓이는 너비에 평균 높이를 곱한 것입니다.
#
# $$\text{AUC} = \sum_i (x_{i+1} - x_i)\,\frac{y_i + y_{i+1}}{2}$$
#
# `auc(fpr, tpr)`은 `fpr`이 커지는 순서로 놓인(이웃끼리 같아도 되는) 어떤 곡선에 대해서든 이 합을 반환합니다. 입력은 바꾸지 않습니다. **길이가 서로 다르면 `ValueError`를 일으키세요.** 이 검사는 직접 작성합니다.

# %% solution="auc"
{{ reference("auc") }}

# %% item="auc"
check("auc")

# %% [markdown] lang="en"
# ## 6. What the area means
#
# An area is hard to explain to a radiologist. A bet is not: draw one abnormal and one normal patient at random. How often does the abnormal one have the higher score?
#
# $$\text{AUC} = P(s_{\text{abnormal}} > s_{\text{normal}}) + \tfrac{1}{2}\,P(s_{\text{abnormal}} = s_{\text{normal}})$$
#
# `roc_auc(y_true, y_score)` returns this number, **a tied pair counting one half**. It may lie below 0.5, for a model that has it the wrong way round; do not turn it. **One class only raises `ValueError`.** How you compute it is up to you: compare all pairs, or use the curve.
#
# <details><summary>Hint</summary>
#
# `a[:, None] > b[None, :]` compares every entry of a with every entry of b, in a table.
# </details>

# %% [markdown] lang="ko"
# ## 6. 면적의 의미
#
# 면적을 영상의학과 의사에게 설명하기는 어렵습니다. 내기라면 쉽습니다. 비정상 환자 한 명과 정상 환자 한 명을 무작위로 뽑습니다. 비정상 환자의 점수가 더 높은 경우는 얼마나 될까요?
#
# $$\text{AUC} = P(s_{\text{abnormal}} > s_{\text{normal}}) + \tfrac{1}{2}\,P(s_{\text{abnormal}} = s_{\text{normal}})$$
#
# `roc_auc(y_true, y_score)`는 이 수를 반환합니다. **점수가 같은 짝은 2분의 1로 셉니다.** 거꾸로 판단하는 모델이라면 0.5보다 작을 수 있으며, 뒤집지 말고 그대로 반환하세요. **한 클래스만 있으면 `ValueError`를 일으키세요.** 계산 방법은 자유입니다. 모든 짝을 비교해도 되고 곡선을 이용해도 됩니다.
#
# <details><summary>힌트</summary>
#
# `a[:, None] > b[None, :]`는 a의 모든 원소와 b의 모든 원소를 비교해 표로 만듭니다.
# </details>

# %% solution="roc_auc"
{{ reference("roc_auc") }}

# %% item="roc_auc"
check("roc_auc")

# %% [markdown] lang="en"
# Now play the bet, many times over. **Predict** the AUC from the curve that you drew, as `my_guess`, and watch the share of bets won approach a limit.

# %% [markdown] lang="ko"
# 이제 내기를 여러 번 해 봅시다. 앞에서 그린 곡선을 보고 AUC를 **예측해** `my_guess`에 넣고, 이긴 비율이 어디로 다가가는지 지켜보세요.

# %%
my_guess = 0.7

bets = np.random.default_rng(8)
ill = bets.choice(y_score[y_true == 1], 3000)
well = bets.choice(y_score[y_true == 0], 3000)
won = np.cumsum((ill > well) + 0.5 * (ill == well)) / np.arange(1, 3001)

fpr, tpr, _ = roc_curve(y_true, y_score)
plt.semilogx(np.arange(1, 3001), won, label="share of bets won so far (ties: half)")
plt.axhline(auc(fpr, tpr), color="tab:orange", label="area under the ROC curve")
plt.axhline(my_guess, color="black", linestyle=":", label="your guess")
plt.title("A bet on pairs of patients")
plt.xlabel("number of bets (log scale)")
plt.ylabel("share won")
plt.ylim(0, 1.05)
plt.legend()
plt.show()
print(f"by trapezoids {auc(fpr, tpr):.6f}, by all pairs {roc_auc(y_true, y_score):.6f}, by 3000 bets {won[-1]:.3f}")
add_to_report(auc=lambda scores: roc_auc(y_true, scores))

# %% [markdown] lang="en"
# **What you saw.** Trapezoids and pairs agree: they are the same number, and the bets wander towards it. The slanting pieces of the curve are the tied pairs, and half of each slanted box lies below the line. The stamp, ahead of the model in accuracy, now stands at 0.5 where it belongs.
#
# ## 7. Choosing a threshold
#
# The AUC judges a model, but the hospital needs one threshold. Youden's index is the usual suggestion:
#
# $$J = \text{sensitivity} + \text{specificity} - 1 = \text{tpr} - \text{fpr}$$
#
# On the ROC plot it is the height of the curve above the diagonal. `best_threshold(y_true, y_score)` returns, **among the scores that occur, the threshold with the largest J; on a tie the highest of them**. **One class only raises `ValueError`.**
#
# <details><summary>Hint: ties</summary>
#
# `np.argmax` returns the *first* of several equal values. In which order should the thresholds stand, then?
# </details>
#
# <details><summary>Hint: when equal J are not equal</summary>
#
# 1 - 1/3 and 2/3 differ in the last bit of a computer's number. The tests avoid such cases; you can be safe from them altogether by comparing whole numbers: J times (number of abnormal) times (number of normal).
# </details>

# %% [markdown] lang="ko"
# **결과 살펴보기.** 사다리꼴로 구한 값과 짝으로 구한 값이 일치합니다. 둘은 같은 수이고, 내기의 결과도 그 수를 향해 다가갑니다. 곡선에서 비스듬한 조각은 점수가 같은 짝이고, 그 조각이 대각선인 직사각형의 절반이 선 아래에 놓입니다. 정확도로는 모델을 앞서던 도장이 이제 제자리인 0.5에 서 있습니다.
#
# ## 7. 임계값 고르기
#
# AUC는 모델을 평가하지만, 병원에는 임계값 하나가 필요합니다. 흔히 쓰는 제안이 유덴 지수(Youden's index)입니다.
#
# $$J = \text{sensitivity} + \text{specificity} - 1 = \text{tpr} - \text{fpr}$$
#
# ROC 그림에서는 대각선 위로 곡선이 솟은 높이입니다. `best_threshold(y_true, y_score)`는 **실제로 나타난 점수 가운데 J가 가장 큰 임계값을, 같은 값이 여럿이면 그중 가장 높은 임계값을** 반환합니다. **한 클래스만 있으면 `ValueError`를 일으키세요.**
#
# <details><summary>힌트: 같은 값이 여럿일 때</summary>
#
# `np.argmax`는 같은 값이 여럿이면 *첫 번째*를 반환합니다. 그렇다면 임계값은 어떤 순서로 놓여야 할까요?
# </details>
#
# <details><summary>힌트: 같아야 할 J가 같지 않을 때</summary>
#
# 컴퓨터에서 1 - 1/3과 2/3은 마지막 비트가 다릅니다. 검사는 이런 경우를 피하지만, 정수를 비교하면 아예 걱정이 없습니다. J에 비정상 영상의 수와 정상 영상의 수를 곱한 값을 비교하세요.
# </details>

# %% solution="best_threshold"
{{ reference("best_threshold") }}

# %% item="best_threshold"
check("best_threshold")

# %%
chosen = best_threshold(y_true, y_score)
x, y = 1 - specificity(y_true, y_score, chosen), sensitivity(y_true, y_score, chosen)
figure, panel = plt.subplots(figsize=(5.5, 5.5))
draw_roc(panel)
panel.plot([x, x], [x, y], color="tab:red", linewidth=2, label=f"largest J = {y - x:.3f} at threshold {chosen:.2f}")
panel.legend()
plt.show()
for threshold in (0.5, chosen):
    (tn, fp), (fn, tp) = confusion_matrix(y_true, y_score, threshold)
    print(f"threshold {threshold:.2f}: {fn:.0f} missed, {fp:.0f} false alarms, {tp:.0f} found, "
          f"so {fp / max(tp, 1):.1f} false alarms for each patient found")

# %% [markdown] lang="en"
# **What you saw.** Youden's threshold lies far below 0.5: it misses fewer patients and pays with many more false alarms. Is that a fair price? J adds the two *shares* and so treats a percent of the ill and a percent of the healthy alike. With a prevalence π (the share of ill people) that means a missed case is silently priced at (1 - π)/π false alarms: at 1 when half are ill, at 19 when 5 % are. Nobody asked the hospital.
#
# ## 8. The patient's question
#
# A patient who was called asks: "Am I ill?" That is neither sensitivity nor specificity but the **positive predictive value** (PPV): of those who were called, which share is ill? It needs the prevalence π:
#
# $$\text{PPV} = \frac{\text{sens} \cdot \pi}{\text{sens} \cdot \pi + (1 - \text{spec})(1 - \pi)} \qquad
# \text{NPV} = \frac{\text{spec}\,(1 - \pi)}{\text{spec}\,(1 - \pi) + (1 - \text{sens})\,\pi}$$
#
# (NPV, the negative predictive value: of those who were *not* called, which share is well?)
#
# **Predict:** a test with sensitivity = specificity = 0.9 is used where 1 % of the people are ill. Of 100 who are called, how many are ill?

# %% [markdown] lang="ko"
# **결과 살펴보기.** 유덴의 임계값은 0.5보다 훨씬 낮습니다. 환자를 덜 놓치는 대신 거짓 경보를 훨씬 많이 냅니다. 공정한 값일까요? J는 두 *비율*을 더하므로 환자의 1 %와 건강한 사람의 1 %를 똑같이 다룹니다. 유병률(환자의 비율)을 π라 하면, 놓친 환자 한 명의 값을 거짓 경보 (1 - π)/π건으로 슬그머니 정한 셈입니다. 절반이 환자이면 1건, 5 %가 환자이면 19건입니다. 병원에 물어본 사람은 아무도 없습니다.
#
# ## 8. 환자의 질문
#
# 재검 통보를 받은 환자가 묻습니다. "제가 병에 걸린 건가요?" 이것은 민감도도 특이도도 아닌 **양성예측도**(PPV)입니다. 비정상으로 판정된 사람 가운데 실제 환자의 비율이며, 유병률 π가 필요합니다.
#
# $$\text{PPV} = \frac{\text{sens} \cdot \pi}{\text{sens} \cdot \pi + (1 - \text{spec})(1 - \pi)} \qquad
# \text{NPV} = \frac{\text{spec}\,(1 - \pi)}{\text{spec}\,(1 - \pi) + (1 - \text{sens})\,\pi}$$
#
# (음성예측도 NPV는 정상으로 판정된 사람 가운데 실제로 건강한 사람의 비율입니다.)
#
# **예측해 보세요.** 민감도와 특이도가 모두 0.9인 검사를 환자가 1 %인 곳에서 씁니다. 비정상으로 판정된 100명 가운데 실제 환자는 몇 명일까요?

# %%
my_guess = 50  # of 100 people who were called, this many are ill


def predictive_values(sens, spec, prevalence):
    """PPV and NPV of a test at a prevalence."""
    ppv = sens * prevalence / (sens * prevalence + (1 - spec) * (1 - prevalence))
    npv = spec * (1 - prevalence) / (spec * (1 - prevalence) + (1 - sens) * prevalence)
    return ppv, npv


prevalence = np.geomspace(0.001, 0.6, 200)
ppv, npv = predictive_values(0.9, 0.9, prevalence)
plt.semilogx(prevalence, ppv, label="PPV: called and ill")
plt.semilogx(prevalence, npv, label="NPV: not called and well")
plt.plot(0.01, my_guess / 100, "kx", markersize=12, label="your guess")
plt.title("Sensitivity = specificity = 0.9, the same test everywhere")
plt.xlabel("prevalence (share of ill people, log scale)")
plt.ylabel("predictive value")
plt.legend()
plt.show()
for share in (0.5, 0.1, 0.01):
    print(f"prevalence {share:4.0%}: PPV {predictive_values(0.9, 0.9, share)[0]:.3f}")
here = predictive_values(sensitivity(y_true, y_score, chosen), specificity(y_true, y_score, chosen), y_true.mean())
print(f"the model at Youden's threshold, prevalence {y_true.mean():.0%}: PPV {here[0]:.3f}, NPV {here[1]:.3f}")

# %% [markdown] lang="en"
# **What you saw.** The same test, the same sensitivity and specificity; but where few are ill, most of the called are well. A screening programme at 1 % calls about eleven healthy people for each ill one.
#
# **To the case.** Sensitivity, specificity and AUC travel from one hospital to the next far better than PPV, which belongs to a place. The course's X-rays come from a generator, and the share of abnormal images in them is a setting of ours: a PPV computed on them says nothing about any clinic.
#
# So: would you deploy it? Look at your report, choose a threshold, and say what a missed case costs you compared with a false alarm. In the assignment `training` you will do this in writing, for a network of your own.
#
# Before you hand in: restart the kernel and run all cells from the top. All `check` tables should be green.

# %% [markdown] lang="ko"
# **결과 살펴보기.** 같은 검사이고 민감도와 특이도도 같지만, 환자가 드문 곳에서는 비정상으로 판정된 사람 대부분이 건강합니다. 유병률 1 %인 선별 검사에서는 실제 환자 한 명당 건강한 사람 약 열한 명이 재검 통보를 받습니다.
#
# **임상에서는.** 민감도, 특이도, AUC는 다른 병원으로 옮겨 가도 비교적 유지되지만, PPV는 그 장소에 매인 값입니다. 이 과목의 X선 영상은 생성 모델에서 나온 것이고 비정상 영상의 비율은 우리가 정한 설정입니다. 거기서 구한 PPV는 실제 진료 현장에 대해 아무것도 말해 주지 않습니다.
#
# 그렇다면 이 모델을 병원에 도입하겠습니까? 여러분이 만든 표를 보고 임계값을 고르고, 놓친 환자 한 명이 거짓 경보에 비해 얼마나 큰 대가인지 말해 보세요. 과제 `training`에서는 여러분이 직접 만든 신경망을 두고 이 판단을 글로 쓰게 됩니다.
#
# 제출하기 전에 커널을 다시 시작하고 맨 위부터 모든 셀을 실행하세요. 모든 `check` 표가 통과로 나와야 합니다.
