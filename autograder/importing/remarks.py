"""What an instructor is told about the images: reasons to refuse them, and notes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from sklearn.metrics import roc_auc_score

from autograder.errors import UsageError
from autograder.importing.examination import Looked
from autograder.importing.identifiers import BURNED_IN, tag_of
from autograder.importing.records import Entry, Found, ImportSettings

TELLING_AUC = 0.7  # of the classes, judged by the proportions alone
UNEVEN_POINTS = 3.0


def notes_on_images(looked: Looked, good: np.ndarray, settings: ImportSettings) -> list[str]:
    """Notes on sizes, depths, headers and proportions of the images that are used."""
    notes = []
    if looked.enlarged:
        smallest = looked.shapes[good][np.argmin(looked.shapes[good].min(axis=1))]
        notes.append(
            f"images with fewer pixels than {settings.size} x {settings.size}, which were enlarged: "
            f"{looked.enlarged:,} (the smallest has {smallest[1]} x {smallest[0]}); a smaller --size avoids this"
        )
    if looked.few_bits:
        notes.append(f"16-bit images that use 12 bits or fewer, and were scaled from these: {looked.few_bits:,}")
    if looked.identifiers:
        affected = {n for files in looked.identifiers.values() for n in files}
        notes.append(f"headers that identify patients, as you allowed: {len(affected):,}; no header was copied")
    if BURNED_IN in looked.identifiers:
        notes.append(
            f"headers that say that the pixels show a patient's data: {len(looked.identifiers[BURNED_IN]):,}; look at "
            "the images before you hand them out"
        )
    if settings.fit != "crop" and (telling := proportions_auc(looked.shapes[good], looked.labels[good])) >= TELLING_AUC:
        notes.append(
            f"the classes differ in the originals' proportions (an AUC of {telling:.2f} by height to width alone), "
            f"which --fit {settings.fit} shows to a network; --fit crop does not"
        )
    return notes


def notes_on_patients(patients: Sequence[str], found: Found) -> list[str]:
    """How many patients are known, and what this means for the splits."""
    known = len({patient for patient in patients if patient})
    unknown = sum(1 for patient in patients if not patient)
    if not known:
        remedy = "see --patient-pattern" if found.has_names else "put them into the array patient"
        return [f"patients unknown: images of one patient may land in several splits; {remedy}"]
    notes = [f"{len(patients) - unknown:,} images of {known:,} patients; no patient is in two splits"]
    if unknown:
        notes.append(f"images without a known patient: {unknown:,}; each counts as a patient of its own")
    return notes


def notes_on_shares(counts: dict[str, int], wanted: dict[str, float]) -> list[str]:
    """A note if the splits differ much from what was asked for, as happens when patients have many images."""
    total = sum(counts.values())
    shares = {split: 100.0 * count / total for split, count in counts.items()}
    if all(abs(shares[split] - wanted[split]) <= UNEVEN_POINTS for split in wanted):
        return []
    text = ", ".join(f"{split} {shares[split]:.0f} % (wanted {wanted[split]:.0f})" for split in wanted)
    return [f"as patients stay together, the shares are {text}"]


def proportions_auc(shapes: np.ndarray, labels: np.ndarray) -> float:
    """AUC of height to width alone for the classes: 0.5 not at all, 1 perfectly, whichever class is taller.

    Args:
        shapes: ``(n, 2)`` heights and widths.
        labels: ``(n,)`` 0 or 1, both present.
    """
    ratios = np.round(shapes[:, 0] / shapes[:, 1], 2)
    auc = float(roc_auc_score(labels, ratios))
    return max(auc, 1.0 - auc)


SHOWN_BAD = 50
SHOWN_PAIRS = 20
SHOWN_FILES = 3
NOTHING_WRITTEN = "Nothing was written."


def refuse_bad_files(looked: Looked, settings: ImportSettings) -> None:
    """Refuses bad files and headers that identify patients, unless the settings accept them.

    Raises:
        UsageError: there are such files; the message names them.
    """
    problems = []
    bad = [(entry.name, why) for entry, why in zip(looked.entries, looked.reasons, strict=True) if why]
    if bad and not settings.skip_bad:
        problems.append(
            f"{len(bad):,} of {len(looked.entries):,} images cannot be used:\n{bad_list(bad)}\n"
            "Repair or remove them, or leave them out with --skip-bad."
        )
    if looked.identifiers and not settings.allow_identifiers:
        problems.append(_identifiers_text(looked))
    _raise(problems)


def bad_list(bad: Sequence[tuple[str, str]]) -> str:
    """Bad files with their reasons, a line each, the first ``SHOWN_BAD`` of them."""
    return _lines((f"{name}: {why}" for name, why in bad), len(bad), SHOWN_BAD)


def _identifiers_text(looked: Looked) -> str:
    lines = []
    for keyword, files in sorted(looked.identifiers.items(), key=lambda found: tag_of(found[0])):
        names = ", ".join(looked.entries[n].name for n in files[:SHOWN_FILES])
        more = ", ..." if len(files) > SHOWN_FILES else ""
        meaning = " says that the pixels themselves show a patient's data" if keyword == BURNED_IN else ""
        lines.append(f"  {keyword} {tag_of(keyword)}{meaning}: {_files(len(files))}: {names}{more}")
    affected = len({n for files in looked.identifiers.values() for n in files})
    private = (
        f"{_files(len(looked.private))} have private elements as well, whose content cannot be judged.\n"
        if looked.private
        else ""
    )
    return (
        f"{_files(affected)} with patients' identifiers in the DICOM header (values are not shown):\n"
        + "\n".join(lines)
        + f"\n{private}Have the images de-identified first (DICOM PS3.15, Annex E). Or, if you may use them as they "
        "are, add --allow-identifiers: only the pixels are kept, no header is ever copied into the data set. If "
        "PatientID is a pseudonym, say so in the header by PatientIdentityRemoved (0012,0062) = YES: it is then "
        "accepted, and keeps a patient's images in one split."
    )


def refuse_copies(
    entries: Sequence[Entry], roots: np.ndarray, patients: Sequence[str], settings: ImportSettings, *, has_splits: bool
) -> None:
    """Refuses copies in two classes or two splits, patients in two splits, and other copies unless these are dropped.

    Args:
        entries: n good entries.
        roots: ``(n,)`` for each entry the first one that it is a copy of, itself if it is the first.
        patients: the patient of each entry, "" if unknown.
        settings: whether copies are dropped.
        has_splits: whether the entries' splits are given.

    Raises:
        UsageError: there are such pairs; the message names them.
    """
    problems = _copies_texts(entries, roots, settings, has_splits)
    torn = _torn_patients(entries, patients) if has_splits else []
    if torn:
        problems.append(
            f"patients with images in two splits: {len(torn):,}, for example (files):\n{_pairs(entries, torn)}\n"
            "Move a patient's images into one split, or have all images dealt again, by patient, with --split 60,20,20."
        )
    _raise(problems)


def _copies_texts(entries: Sequence[Entry], roots: np.ndarray, settings: ImportSettings, has_splits: bool) -> list[str]:
    copies = [(int(root), n) for n, root in enumerate(roots) if root != n]
    classes = [(a, b) for a, b in copies if entries[a].label != entries[b].label]
    splits = [(a, b) for a, b in copies if has_splits and entries[a].split != entries[b].split]
    others = sorted(set(copies) - set(classes) - set(splits))
    texts = []
    if classes:
        texts.append(
            f"{_count(classes)} of the same image in both classes:\n{_pairs(entries, classes)}\n"
            "Find out which class is right and remove the other (--drop-duplicates cannot know)."
        )
    if splits:
        texts.append(
            f"{_count(splits)} of the same image, or nearly so, in two splits:\n{_pairs(entries, splits)}\n"
            "Remove one of each pair (--drop-duplicates does not choose between splits), or have all images dealt "
            "again with --split 60,20,20."
        )
    if others and not has_splits and not settings.drop_duplicates:
        texts.append(
            f"{_count(others)} of the same image, or nearly so:\n{_pairs(entries, others)}\n"
            "Remove one of each pair, or add --drop-duplicates, which keeps the first of each."
        )
    return texts


def _torn_patients(entries: Sequence[Entry], patients: Sequence[str]) -> list[tuple[int, int]]:
    """For each patient in several splits, two images as an example."""
    first: dict[str, int] = {}
    torn: dict[str, tuple[int, int]] = {}
    for n, patient in enumerate(patients):
        before = first.setdefault(patient, n)
        if patient and entries[before].split != entries[n].split:
            torn.setdefault(patient, (before, n))
    return list(torn.values())


def _count(pairs: Sequence[tuple[int, int]]) -> str:
    return f"{len(pairs):,} {'pair' if len(pairs) == 1 else 'pairs'}"


def _pairs(entries: Sequence[Entry], pairs: Sequence[tuple[int, int]]) -> str:
    texts = (f"{_called(entries[a])} and {_called(entries[b])}" for a, b in pairs)
    return _lines(texts, len(pairs), SHOWN_PAIRS)


def _called(entry: Entry) -> str:
    """A file's name, which shows class and split; for an image of an archive its number, split and class."""
    if not entry.name.startswith("images["):
        return entry.name
    return f"{entry.name} ({', '.join(filter(None, (entry.split, ('normal', 'abnormal')[entry.label])))})"


def _files(count: int) -> str:
    return f"{count:,} {'file' if count == 1 else 'files'}"


def _lines(texts: Iterable[str], count: int, shown: int) -> str:
    lines = [f"  {text}" for _, text in zip(range(shown), texts, strict=False)]
    if count > shown:
        lines.append(f"  ... and {count - shown:,} more")
    return "\n".join(lines)


def _raise(problems: list[str]) -> None:
    if problems:
        raise UsageError("\n\n".join([*problems, NOTHING_WRITTEN]))
