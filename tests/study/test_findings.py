"""No sentence claims more than the results show."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.study.findings import auc_ceiling, findings
from autograder.study.summary import summarise
from tests.study.conftest import EXPERIMENTS, GENERATED, PER_CLASS, failed, made_up

PROTOCOL = {"size": 64, "width": 0.125, "dense_units": 64, "epochs": 10, "steps_per_epoch": 94,
            "validation_steps": 25, "batch_size": 64}  # fmt: skip
STUDY = {"protocol": PROTOCOL, "data": GENERATED | {"per_class": PER_CLASS}}
IDS = [experiment.id for experiment in EXPERIMENTS]
SEEDS = range(3)
NETWORK_CHANGES, TRAINING_CHANGES = {"sigmoid_normalised", "sigmoid_gain"}, {"sigmoid_fast", "sigmoid_long"}


def rows_of(runs, study=STUDY):
    """The findings by topic."""
    return {row.topic: row for row in findings(summarise(EXPERIMENTS, runs), study)}


def all_but(*not_learned):
    """Three seeds of everything, of which these experiments did not learn."""
    return [(failed if id in not_learned else made_up)(id, seed, auc=0.5 if id in not_learned else 0.97 + seed / 1000)
            for id in IDS for seed in SEEDS]  # fmt: skip


def beta_function(a, b):
    """B(a, b) for whole numbers, from factorials."""
    from math import factorial

    return factorial(a - 1) * factorial(b - 1) / factorial(a + b - 1)


def test_the_ceiling_of_our_images_in_closed_form():
    """For Beta(4, 1) against Beta(1, 4): 1 - integral of 4 s^3 (1 - s)^4 = 1 - 4 B(4, 5) = 0.9857."""
    assert auc_ceiling(GENERATED) == pytest.approx(1 - 4 * beta_function(4, 5), abs=1e-9)
    assert auc_ceiling(GENERATED) == pytest.approx(0.985714, abs=1e-6)


def test_the_ceiling_by_drawing_severities():
    """For other distributions, the AUC of severities themselves, as scikit-learn sees it."""
    from sklearn.metrics import roc_auc_score

    rng, count = np.random.default_rng(0), 200_000
    severity = {"normal": (2.0, 3.5), "abnormal": (3.0, 1.5)}
    drawn = np.concatenate([rng.beta(*severity[name], size=count) for name in ("normal", "abnormal")])
    assert auc_ceiling({"severity": severity}) == pytest.approx(
        roc_auc_score(np.repeat([0, 1], count), drawn), abs=0.003
    )


def test_equal_severities_allow_no_more_than_chance():
    """And imported images have no ceiling that we know."""
    assert auc_ceiling({"severity": {"normal": (2, 2), "abnormal": (2, 2)}}) == pytest.approx(0.5)
    assert auc_ceiling({"imported": "ab"}) is None


def test_rows_of_a_whole_study():
    """Every topic, in the order of the study, with what the study reports."""
    rows = rows_of(all_but())
    assert list(rows) == ["images", "network and protocol", "kernels, 3x3 and 7x7", "sigmoid", "tanh", "ELU", "ReLU"]
    assert [rows[name].paper for name in ("sigmoid", "tanh", "ELU")] == [
        "AUC 0.91 (figure 5).", "AUC 0.976 (figure 5).", "AUC 0.996 (figure 5)."
    ]  # fmt: skip
    assert "no AUC that we know of" in rows["kernels, 3x3 and 7x7"].paper


def test_where_everything_learns_nothing_is_said_to_fail():
    """Neither the vanishing gradient, nor fine-tuning, nor seeds that led nowhere."""
    text = " ".join(row.ours + row.why for row in rows_of(all_but()).values())
    claims = ("does not train", "vanishes", "fine-tuning", "led nowhere", "id not learn", "possible reason", "ln 2")
    assert not [claim for claim in claims if claim in text]
    assert "The plain network trains with sigmoid" in rows_of(all_but())["sigmoid"].why


def test_changes_of_the_network_alone_help():
    """The gradient is named, with what helps and what does not, and what remains open."""
    row = rows_of(all_but("sigmoid", *TRAINING_CHANGES))["sigmoid"]
    assert row.ours.startswith("AUC 0.500 [0.500, 0.500]; 0 of 3 seeds learned.")
    assert "Learned: batch normalisation (AUC 0.971); weights x 4 (AUC 0.971)." in row.ours
    assert "Did not learn: plain; learning rate x 10; three times as long." in row.ours
    assert "layers: batch normalisation; weights x 4." in row.why
    assert "What does not help: learning rate x 10; three times as long." in row.why and "vanishes" in row.why
    assert "30 epochs, the study's 100" in row.why and "another possible explanation" in row.why


def test_one_change_of_the_network_does_not_help():
    """It is among those that did not learn, and not among those that help."""
    row = rows_of(all_but("sigmoid", "sigmoid_gain", *TRAINING_CHANGES))["sigmoid"]
    assert "three times as long; weights x 4." in row.ours
    assert "weights x 4" not in row.why and "layers: batch normalisation." in row.why


def test_longer_training_helps():
    """Then the network is slow, and nothing is said of vanishing."""
    row = rows_of(all_but("sigmoid", "sigmoid_fast"))["sigmoid"]
    assert "other training helps (three times as long), and so does changing the network" in row.why
    assert "slow rather than unable" in row.why and "vanishes" not in row.why
    alone = rows_of(all_but("sigmoid", "sigmoid_fast", *NETWORK_CHANGES))["sigmoid"]
    assert "other training helps (three times as long): it is slow" in alone.why


def test_nothing_helps():
    """No explanation is given."""
    row = rows_of(all_but("sigmoid", *NETWORK_CHANGES, *TRAINING_CHANGES))["sigmoid"]
    assert "none of the changes tried helps" in row.why and "vanishes" not in row.why
    assert "Learned" not in row.ours


def test_the_plain_network_learns_with_some_seeds():
    """It is said of how many, and the open questions stay."""
    runs = [run for run in all_but("sigmoid_fast") if (run.experiment, run.seed) != ("sigmoid", 1)]
    row = rows_of([*runs, failed("sigmoid", 1)])["sigmoid"]
    assert "2 of 3 seeds learned" in row.ours and "Learned with some seeds: plain (2 of 3 seeds)" in row.ours
    assert "trains with some seeds only" in row.why and "another possible explanation" in row.why


def test_an_order_got_by_luck_is_named():
    """An AUC of 0.9 with a loss at ln 2, as in a network that hardly trained."""
    row = rows_of([failed("sigmoid", 0, auc=0.91), failed("sigmoid", 1)])["sigmoid"]
    assert "1 run reached an AUC of up to 0.910 with a loss that hardly left ln 2" in row.why
    assert "0 of 2 seeds learned" in row.ours and "no change to it was tried" in row.why


def test_probabilities_that_are_off_are_named():
    """A network that orders the images well may have a validation loss above that of chance."""
    run = made_up("sigmoid_normalised", auc=0.97)
    assert "probabilities" not in rows_of([run])["sigmoid"].why
    run.val_loss[-1] = 1.92
    said = "With batch normalisation the images are in order, but the probabilities off: a last validation loss of 1.92"
    assert said in rows_of([run])["sigmoid"].why


def test_the_studys_own_length_leaves_no_doubt_about_length():
    """With 100 epochs, later learning is not brought up."""
    study = STUDY | {"protocol": PROTOCOL | {"epochs": 100}}
    why = rows_of(all_but("sigmoid"), study)["sigmoid"].why
    assert "begin later" not in why and "another possible explanation" in why


def test_relu_may_fail_with_some_seeds():
    """How many, and a possible reason."""
    runs = [made_up("relu", 0), failed("relu", 1), failed("relu", 2)]
    row = rows_of(runs)["ReLU"]
    assert "1 of 3 seeds learned" in row.ours and "2 of 3 trainings with ReLU led nowhere" in row.why
    assert row.paper == "Not in the study."


@pytest.mark.parametrize(
    ("shift", "verdict"), [(0.02, "higher with 7x7"), (-0.02, "lower with 7x7"), (0.0, "within the scatter")]
)
def test_kernels_differ_only_where_the_interval_says_so(shift, verdict):
    """The AUC of 7x7 minus that of 3x3, seed by seed."""
    scatter = [0.001, -0.002, 0.0]
    runs = [made_up("elu", seed, auc=0.95) for seed in SEEDS]
    runs += [made_up("elu_7x7", seed, auc=0.95 + shift + scatter[seed]) for seed in SEEDS]
    row = rows_of(runs)["kernels, 3x3 and 7x7"]
    auc = row.why.split(";")[0]
    assert auc.startswith(f"7x7 minus 3x3, seed by seed: AUC: {shift - 1e-3 / 3:+.4f} [") and verdict in auc
    assert "5.0 times as many parameters" in row.why


def test_one_seed_tells_no_difference():
    """No interval, no verdict."""
    rows = rows_of([made_up(id) for id in IDS])
    assert rows["kernels, 3x3 and 7x7"].why.count("which one seed cannot tell from chance") == 3
    assert "Ours is -0.026 from the study's, with one seed." in rows["ELU"].why
    assert "one seed cannot tell" in rows["ELU"].why


def test_the_ceiling_explains_only_what_lies_above_it():
    """0.996 cannot be reached with our images, 0.976 can; imported ones have no ceiling."""
    rows = rows_of(all_but())
    assert "0.996 is above the 0.986 that our images allow" in rows["ELU"].why
    assert "Our images allow up to 0.986" in rows["tanh"].why
    assert "0.986" in rows["images"].why and "Beta(1, 4)" in rows["images"].why
    imported = rows_of(all_but(), STUDY | {"data": {"imported": "ab" * 32}})
    text = " ".join(row.ours + row.why for row in imported.values())
    assert "0.986" not in text and "Beta" not in text and "Imported images" in imported["images"].ours


@pytest.mark.parametrize(
    ("elu", "tanh", "said"),
    [(0.98, 0.96, "ELU is higher (so it is in the study)"), (0.96, 0.98, "tanh is higher (in the study ELU is higher)"),
     (0.97, 0.97, "within the scatter over seeds (the study has ELU higher)")],
)  # fmt: skip
def test_elu_and_tanh_are_ordered_as_they_came_out(elu, tanh, said):
    """The study's order is repeated only where it holds."""
    runs = [made_up("elu", seed, auc=elu) for seed in SEEDS] + [made_up("tanh", seed, auc=tanh) for seed in SEEDS]
    runs[0] = made_up("elu", 0, auc=elu + 0.001)
    assert said in rows_of(runs)["ELU"].why


@pytest.mark.parametrize(
    ("aucs", "said"),
    [((0.97, 0.98, 0.98), "lies in our interval"), ((0.99, 0.991, 0.99), "lies below our interval"),
     ((0.95, 0.951, 0.95), "lies above our interval")],
)  # fmt: skip
def test_the_studys_value_is_compared_with_the_interval(aucs, said):
    """0.976 with tanh."""
    assert said in rows_of([made_up("tanh", seed, auc=auc) for seed, auc in enumerate(aucs)])["tanh"].why


def test_an_unfinished_study_speaks_of_what_it_has():
    """With one experiment only, no row of another, and no comparison."""
    assert list(rows_of([made_up("elu")])) == ["images", "network and protocol", "ELU"]
    assert "tanh" not in rows_of([made_up("elu")])["ELU"].why
    row = rows_of([made_up("sigmoid_normalised", seed) for seed in SEEDS])["sigmoid"]
    assert row.ours == "Learned: batch normalisation (AUC 0.970)." and row.why == ""


def test_the_protocol_row_names_what_differs():
    """Numbers that are the study's are not listed."""
    why = rows_of([made_up("elu")])["network and protocol"].why
    assert "10 epochs in place of 100" in why and "94" not in why and "0.125 of VGG-16's filters" in why
    full = STUDY | {"protocol": PROTOCOL | {"epochs": 100, "width": 1.0, "dense_units": 4096}}
    assert rows_of([made_up("elu")], full)["network and protocol"].why.startswith("The numbers are the same.")
