"""Elements of a DICOM header that identify a patient, or a person involved in the case.

The table follows the Basic Application Level Confidentiality Profile (DICOM PS3.15, Annex E, table E.1-1) for persons,
their numbers, addresses and institutions.  Left out on purpose are dates of the examination, UIDs, ages and names of
devices: nearly every file has them, and no element of a header is ever copied.  The content of a private element
cannot be judged; such elements are counted and not copied either.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

IDENTIFYING = (
    # the patient
    "PatientName", "PatientID", "IssuerOfPatientID", "IssuerOfPatientIDQualifiersSequence", "PatientBirthDate",
    "PatientBirthTime", "PatientBirthDateInAlternativeCalendar", "PatientDeathDateInAlternativeCalendar",
    "PatientInsurancePlanCodeSequence", "OtherPatientIDs", "OtherPatientNames", "OtherPatientIDsSequence",
    "PatientBirthName", "PatientAddress", "InsurancePlanIdentification", "PatientMotherBirthName", "MilitaryRank",
    "BranchOfService", "MedicalRecordLocator", "ReferencedPatientPhotoSequence", "CountryOfResidence",
    "RegionOfResidence", "PatientTelephoneNumbers", "PatientTelecomInformation", "Occupation",
    "AdditionalPatientHistory", "PatientReligiousPreference", "ResponsiblePerson", "ResponsibleOrganization",
    "PatientComments", "CurrentPatientLocation", "PatientInstitutionResidence",
    # numbers that lead to the patient
    "AccessionNumber", "IssuerOfAccessionNumberSequence", "StudyID", "AdmissionID", "IssuerOfAdmissionID",
    "IssuerOfAdmissionIDSequence", "ServiceEpisodeID", "IssuerOfServiceEpisodeIDSequence",
    "PlacerOrderNumberImagingServiceRequest", "FillerOrderNumberImagingServiceRequest",
    # institutions
    "InstitutionName", "InstitutionAddress", "InstitutionCodeSequence", "InstitutionalDepartmentName",
    "RequestingService",
    # those who examined, asked or read
    "ReferringPhysicianName", "ReferringPhysicianAddress", "ReferringPhysicianTelephoneNumbers",
    "ReferringPhysicianIdentificationSequence", "ConsultingPhysicianName", "ConsultingPhysicianIdentificationSequence",
    "PhysiciansOfRecord", "PhysiciansOfRecordIdentificationSequence", "PerformingPhysicianName",
    "PerformingPhysicianIdentificationSequence", "NameOfPhysiciansReadingStudy",
    "PhysiciansReadingStudyIdentificationSequence", "OperatorsName", "OperatorIdentificationSequence",
    "RequestingPhysician", "RequestingPhysicianIdentificationSequence", "ScheduledPerformingPhysicianName",
    "ScheduledPerformingPhysicianIdentificationSequence", "OrderEnteredBy", "OrderEntererLocation",
    "OrderCallbackPhoneNumber", "NamesOfIntendedRecipientsOfResults", "VerifyingObserverName",
    "VerifyingOrganization", "ContentCreatorName", "ReviewerName",
    # persons of any kind, within sequences
    "PersonName", "PersonAddress", "PersonTelephoneNumbers", "PersonIdentificationCodeSequence",
)  # fmt: skip
BURNED_IN = "BurnedInAnnotation"  # says YES where the pixels themselves show the patient's data
PSEUDONYMS = {"PatientName", "PatientID"}  # where PatientIdentityRemoved says YES
MAX_DEPTH = 20


def find_identifiers(dataset: Any) -> frozenset[str]:
    """Keywords of the identifying elements that are not empty, in the header and in its sequences.

    Args:
        dataset: a ``pydicom.Dataset``.
    """
    found = set(_present(dataset, depth=0))
    if _text(dataset, "PatientIdentityRemoved").upper() == "YES":
        found -= PSEUDONYMS
    for item in _items(dataset):
        found |= set(_present(item, depth=1))  # nested items may still hold the original name
    if _text(dataset, BURNED_IN).upper() == "YES":
        found.add(BURNED_IN)
    return frozenset(found)


def patient_of(dataset: Any) -> str:
    """The patient's number, or "" when the header has none."""
    return _text(dataset, "PatientID")


def has_private(dataset: Any) -> bool:
    """Whether the header has private elements."""
    return any(tag.is_private for tag in dataset.keys())  # noqa: SIM118 - iterating would parse every element


def tag_of(keyword: str) -> str:
    """An element's tag as DICOM writes it: ``(0010,0010)``."""
    from pydicom.datadict import tag_for_keyword

    tag = tag_for_keyword(keyword) or 0
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


@cache
def _table() -> dict[int, str]:
    from pydicom.datadict import tag_for_keyword

    return {tag: keyword for keyword in IDENTIFYING if (tag := tag_for_keyword(keyword)) is not None}


def _present(dataset: Any, depth: int) -> Iterator[str]:
    """Identifying elements of a data set; below the top, those of its own sequences too."""
    table = _table()
    for tag in dataset.keys():  # noqa: SIM118 - as above
        if int(tag) in table and not _is_empty(dataset, tag):
            yield table[int(tag)]
    if 0 < depth < MAX_DEPTH:
        for item in _items(dataset):
            yield from _present(item, depth + 1)


def _items(dataset: Any) -> Iterator[Any]:
    for tag in dataset.keys():  # noqa: SIM118 - as above
        if tag.is_private or dataset.get_item(tag).VR in ("SQ", None, "UN"):
            yield from _sequence(dataset, tag)


def _sequence(dataset: Any, tag: Any) -> Iterable[Any]:
    try:
        element = dataset[tag]
        return element.value if element.VR == "SQ" else ()
    except Exception:  # a damaged element can raise anything; if it is in the table, it counts as present
        return ()


def _is_empty(dataset: Any, tag: Any) -> bool:
    try:
        value = dataset[tag].value
    except Exception:  # there is a value, though it cannot be read
        return False
    values = value if isinstance(value, list | tuple) or hasattr(value, "append") else [value]
    return all(_stripped(each) == "" for each in values)


def _stripped(value: Any) -> str:
    if isinstance(value, bytes):
        value = value.decode("latin-1")
    return "" if value is None else str(value).strip(" ^=\0")


def _text(dataset: Any, keyword: str) -> str:
    try:
        return str(dataset.get(keyword) or "").strip(" \0")
    except Exception:  # a damaged element
        return ""
