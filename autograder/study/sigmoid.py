"""Why a VGG-16 with sigmoid does or does not train: the conclusion from the experiments of the group "sigmoid"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from autograder.figures import CHANCE_LOSS
from autograder.study.summary import LEARNED_AUC, Summary, has_learned


def outcomes(tried: Sequence[Summary]) -> str:
    """Which experiments learned with every seed, with some, and with none."""
    every = [summary for summary in tried if summary.learned == len(summary.runs)]
    none = [summary for summary in tried if not summary.learned]
    some = [summary for summary in tried if summary not in every + none]
    parts = []
    if every:
        parts.append(f"Learned: {_list(f'{_name(s)} (AUC {s.auc.mean:.3f})' for s in every)}.")
    if some:
        parts.append(f"Learned with some seeds: {_list(f'{_name(s)} ({s.learned_text})' for s in some)}.")
    if none:
        parts.append(f"Did not learn: {_list(map(_name, none))}.")
    return " ".join(parts)


def conclusion(tried: Sequence[Summary]) -> str:
    """The conclusion, if there is a plain sigmoid network to compare with."""
    plain = next((summary for summary in tried if _is_plain(summary)), None)
    others = [summary for summary in tried if not _is_plain(summary)]
    if plain is None:
        return ""
    if plain.learned == len(plain.runs):
        return "The plain network trains with sigmoid; nothing has to be explained."
    starts = f"The plain network {'trains with some seeds only' if plain.learned else 'does not train'}"
    if not others:
        return f"{starts}; no change to it was tried."
    helping = [summary for summary in others if summary.learned > plain.learned]
    training = [summary for summary in helping if not _changes_network(summary)]
    network = [summary for summary in helping if _changes_network(summary)]
    if not helping:
        return f"{starts}, and none of the changes tried helps."
    if training:
        also = f", and so does changing the network ({_list(map(_name, network))})" if network else ""
        helps = f"other training helps ({_list(map(_name, training))}){also}"
        return f"{starts}, but {helps}: it is slow rather than unable."
    idle = [summary for summary in others if summary not in helping and not _changes_network(summary)]
    patience = f" What does not help: {_list(map(_name, idle))}." if idle else ""
    return (
        f"{starts}; what helps changes how signals pass through its layers: {_list(map(_name, network))}.{patience} "
        "That is to be expected if the gradient vanishes on its way down through many sigmoid layers, whose slope is "
        "at most 1/4 (Glorot and Bengio, 2010)."
    )


def caveats(tried: Sequence[Summary], epochs: int, paper_epochs: int) -> str:
    """Caveats: AUCs reached by luck, probabilities that are off, and questions that the experiments leave open."""
    plain = next((summary for summary in tried if _is_plain(summary)), None)
    sentences = []
    lucky = [run for summary in tried for run in summary.runs if run.auc > LEARNED_AUC and not has_learned(run)]
    if lucky:
        sentences.append(
            f"{len(lucky)} run{'s' * (len(lucky) > 1)} reached an AUC of up to {max(run.auc for run in lucky):.3f} "
            "with a loss that hardly left ln 2: the AUC sees only the order of the images."
        )
    for summary in tried:
        if summary.learned == len(summary.runs) and summary.val_loss > CHANCE_LOSS:
            sentences.append(
                f"With {_name(summary)} the images are in order, but the probabilities off: a last validation loss of "
                f"{summary.val_loss:.2f}, above the {CHANCE_LOSS:.2f} of chance."
            )
    if plain is not None and plain.learned < len(plain.runs):
        longest = epochs * max(summary.experiment.longer for summary in tried)
        if longest < paper_epochs:
            sentences.append(
                f"The longest training here has {longest} epochs, the study's {paper_epochs}; that learning would "
                "begin later is not excluded."
            )
        sentences.append(
            "The study speaks of fine-tuning, and what its weights were before is not known to us: trained ones would "
            "be another possible explanation, which we do not try, since there are none to be had without a download."
        )
    return " ".join(sentences)


def _is_plain(summary: Summary) -> bool:
    return bool(summary.experiment.id == "sigmoid")


def _changes_network(summary: Summary) -> bool:
    """Whether the network itself differs, rather than only its learning rate or the length of training."""
    own = summary.experiment
    return bool(own.normalised or own.initial != "glorot" or own.dense_activation or own.activation != "sigmoid")


def _name(summary: Summary) -> str:
    return "plain" if _is_plain(summary) else str(summary.experiment.title)


def _list(names: Iterable[str]) -> str:
    return "; ".join(names)  # the names have commas in them
