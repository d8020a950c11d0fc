"""What in a DICOM header identifies a patient."""

from __future__ import annotations

import pydicom
import pytest
from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset

from autograder.importing.identifiers import IDENTIFYING, find_identifiers, has_private, patient_of, tag_of
from autograder.importing.pixels import read_file
from tests.importing.makers import dicom, picture


def nested(depth: int, **elements: str) -> Dataset:
    """A header whose elements lie ``depth`` sequences deep."""
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    for _ in range(depth):
        outer = Dataset()
        outer.RequestAttributesSequence = [dataset]
        dataset = outer
    return dataset


def test_the_table_has_elements_of_the_standard():
    """Every keyword of the table exists, once."""
    assert all(tag_for_keyword(keyword) for keyword in IDENTIFYING)
    assert len(set(IDENTIFYING)) == len(IDENTIFYING)
    assert tag_of("PatientBirthDate") == "(0010,0030)" and tag_of("RequestingPhysician") == "(0032,1032)"


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_identifiers_are_found_at_every_depth(depth):
    """A name within a sequence identifies as well as one at the top."""
    found = find_identifiers(nested(depth, PatientName="Kim^Min", AccessionNumber="7", BodyPartExamined="CHEST"))
    assert found == {"PatientName", "AccessionNumber"}


@pytest.mark.parametrize("value", ["", "^^", " ", None])
def test_empty_elements_identify_nobody(value):
    """An element that is there and says nothing is harmless."""
    assert not find_identifiers(nested(0, PatientName=value, InstitutionName=value or ""))


def test_pseudonyms_are_accepted_where_the_identity_was_removed():
    """At the top only: within sequences the original name may have been left."""
    removed = nested(0, PatientIdentityRemoved="YES", PatientName="case 7", PatientID="7", StudyID="1")
    assert find_identifiers(removed) == {"StudyID"}
    removed.OriginalAttributesSequence = [nested(1, PatientName="Kim^Min")]
    assert find_identifiers(removed) == {"StudyID", "PatientName"}
    assert "PatientID" in find_identifiers(nested(0, PatientIdentityRemoved="NO", PatientID="7"))


def test_sequences_that_identify_count_unless_empty():
    """A code for the institution is as good as its name."""
    dataset = Dataset()
    dataset.InstitutionCodeSequence = []
    assert not find_identifiers(dataset)
    dataset.InstitutionCodeSequence = [nested(0, CodeValue="1")]
    assert find_identifiers(dataset) == {"InstitutionCodeSequence"}


def test_text_burned_into_the_pixels_counts():
    """Such text would get out even though no header is copied."""
    assert find_identifiers(nested(0, BurnedInAnnotation="YES")) == {"BurnedInAnnotation"}
    assert not find_identifiers(nested(0, BurnedInAnnotation="NO"))


def test_private_elements_are_noticed_and_looked_through():
    """What they hold is unknown, but a sequence in them may hold elements of the standard."""
    dataset = Dataset()
    assert not has_private(dataset)
    block = dataset.private_block(0x0011, "ACME", create=True)
    block.add_new(1, "SQ", [nested(0, PatientAddress="Seoul")])
    assert has_private(dataset) and find_identifiers(dataset) == {"PatientAddress"}


@pytest.mark.parametrize("implicit", [False, True])
def test_files_are_searched_in_every_encoding(tmp_path, implicit):
    """Implicit VR, where types are looked up, is searched too; bad files are searched as good ones."""
    elements = {"PatientID": " 17 ", "RequestAttributesSequence": [nested(0, RequestingPhysician="Lee")]}
    path = dicom(tmp_path / "a", picture(1), NumberOfFrames=2, **elements)
    if implicit:
        dataset = pydicom.dcmread(path)
        dataset.file_meta.TransferSyntaxUID = pydicom.uid.ImplicitVRLittleEndian
        dataset.save_as(path, implicit_vr=True, little_endian=True)
    read = read_file(path)
    assert read.reason and read.identifiers == {"PatientID", "RequestingPhysician"} and read.patient == "17"
    assert patient_of(Dataset()) == ""
