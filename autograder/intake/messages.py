"""What the intake tells students, in both languages, in one place."""

from __future__ import annotations

_MESSAGES: dict[str, dict[str, str]] = {
    "not_found": {
        "en": "No notebook was found: hand in {wanted}.",
        "ko": "노트북을 찾지 못했습니다. {wanted} 파일을 제출하세요.",
    },
    "several": {
        "en": "{wanted} is missing and there are several other files ({found}), so none was graded: hand in {wanted}.",
        "ko": "{wanted} 파일이 없고 다른 파일이 여럿({found}) 있어 채점하지 않았습니다. {wanted} 파일을 제출하세요.",
    },
    "other_name": {
        "en": "{wanted} is missing; {found} was graded in its place.",
        "ko": "{wanted} 파일이 없어 {found} 파일을 대신 채점했습니다.",
    },
    "no_file": {
        "en": "{name} is a link or not an ordinary file, so it was not read. Hand in the file itself.",
        "ko": "{name}은(는) 링크이거나 일반 파일이 아니라서 읽지 않았습니다. 파일 자체를 제출하세요.",
    },
    "too_big": {
        "en": "{name} has {mib} MiB; at most {limit} MiB are read. "
        "Clear the outputs (Kernel > Restart and clear outputs) and hand it in again.",
        "ko": "{name}의 크기가 {mib} MiB입니다. 최대 {limit} MiB까지 읽습니다. "
        "출력을 지우고(Kernel > Restart and clear outputs) 다시 제출하세요.",
    },
    "not_text": {
        "en": "{name} is not UTF-8 text, so it could not be read. Save it again in Jupyter and hand it in again.",
        "ko": "{name}이(가) UTF-8 텍스트가 아니어서 읽을 수 없습니다. Jupyter에서 다시 저장해 제출하세요.",
    },
    "not_json": {
        "en": "{name} is damaged: it is not a notebook that Jupyter can open ({why}). "
        "Open it in Jupyter, or copy your work into a fresh copy of the assignment, and hand it in again.",
        "ko": "{name}이(가) 손상되어 Jupyter 노트북으로 열 수 없습니다({why}). "
        "Jupyter에서 열어 보거나, 새로 받은 과제에 내용을 옮겨 다시 제출하세요.",
    },
    "not_notebook": {
        "en": "{name} does not have the structure of a notebook ({why}). "
        "Copy your work into a fresh copy of the assignment and hand it in again.",
        "ko": "{name}이(가) 노트북의 구조를 갖추지 않았습니다({why}). 새로 받은 과제에 내용을 옮겨 다시 제출하세요.",
    },
    "too_many_cells": {
        "en": "{name} has more than {limit} cells, so it was not read. "
        "Copy your work into a fresh copy of the assignment.",
        "ko": "{name}의 셀이 {limit}개를 넘어 읽지 않았습니다. 새로 받은 과제에 내용을 옮기세요.",
    },
    "too_much_source": {
        "en": "The code has more than {limit} KiB, so it was not graded. "
        "Take data and other large text out of the cells.",
        "ko": "코드가 {limit} KiB를 넘어 채점하지 않았습니다. 셀에서 데이터나 긴 텍스트를 빼세요.",
    },
    "no_metadata": {
        "en": "The notebook's solution cells are not marked (was it converted or copied?), "
        "so all of its code cells were graded.",
        "ko": "풀이 셀의 표시가 없어(변환하거나 복사한 노트북인가요?) 모든 코드 셀을 채점했습니다.",
    },
    "duplicate": {
        "en": "The cell {name} is there more than once; the first one was graded.",
        "ko": "{name} 셀이 두 번 이상 있어 첫 번째 셀을 채점했습니다.",
    },
    "missing": {
        "en": "The cell {name} was deleted; what it should define is missing.",
        "ko": "{name} 셀이 삭제되어 그 안의 함수가 없습니다.",
    },
    "unknown": {
        "en": "The cell {name} does not belong to this assignment and was not graded.",
        "ko": "{name} 셀은 이 과제의 셀이 아니므로 채점하지 않았습니다.",
    },
    "elsewhere": {
        "en": "{name} is also defined in a cell that is not graded. Put it into its solution cell.",
        "ko": "{name}이(가) 채점하지 않는 셀에도 정의되어 있습니다. 해당 풀이 셀에 넣으세요.",
    },
    "magic": {
        "en": "Lines that only a notebook understands (% or !) were left out in the cell {name}.",
        "ko": "{name} 셀에서 노트북 전용 명령(% 또는 !) 줄은 제외했습니다.",
    },
    "odd_characters": {
        "en": "Characters that are not valid text were replaced by '?' in the cell {name}.",
        "ko": "{name} 셀에서 올바르지 않은 문자를 '?'로 바꾸었습니다.",
    },
    "salvaged": {
        "en": "Your notebook could not be used. {why}\n\nBelow is an empty copy of the assignment.",
        "ko": "제출한 노트북을 사용할 수 없습니다. {why}\n\n아래는 빈 과제입니다.",
    },
    "cut": {
        "en": "{number} more characters are not shown here; all of it is in the file that was handed in.",
        "ko": "여기에 표시하지 않은 문자가 {number}자 더 있습니다. 전체 내용은 제출한 파일에 있습니다.",
    },
    "hard_link": {
        "en": "{name} is a hard link: the file has another name on this disk, too. It was read all the same.",
        "ko": "{name}은(는) 하드 링크입니다. 디스크에 같은 파일의 다른 이름이 있습니다. 내용은 그대로 읽었습니다.",
    },
    "no_time": {
        "en": "The time in timestamp.txt cannot be read, so the time at which the file was written counts.",
        "ko": "timestamp.txt에서 시각을 읽을 수 없어 그 파일을 저장한 시각을 제출 시각으로 봅니다.",
    },
    "empty_time": {
        "en": "timestamp.txt is empty, so the time at which the file was written counts.",
        "ko": "timestamp.txt가 비어 있어 그 파일을 저장한 시각을 제출 시각으로 봅니다.",
    },
    "ambiguous_time": {
        "en": "{zone} in timestamp.txt is ambiguous (write {meant}), so the time at which the file was written counts.",
        "ko": "timestamp.txt의 {zone}은(는) 어느 시간대인지 분명하지 않아({meant} 형식으로 쓰세요) "
        "그 파일을 저장한 시각을 제출 시각으로 봅니다.",
    },
    "restored": {
        "en": "This cell was missing from the submission and was put back.",
        "ko": "제출한 노트북에 없어 다시 넣은 셀입니다.",
    },
}


def say(key: str, language: str = "en", **values: object) -> str:
    """The message of that key; English where the language is unknown."""
    texts = _MESSAGES[key]
    return texts.get(language, texts["en"]).format(**values)
