"""What the intake tells students, in both languages, in one place."""

from __future__ import annotations

_MESSAGES: dict[str, dict[str, str]] = {
    "not_found": {
        "en": "No notebook was found: hand in {wanted}.",
        "ko": "노트북을 찾지 못했습니다. {wanted} 파일을 제출하세요.",
    },
    "not_found_among": {
        "en": "No notebook was found among the files handed in ({found}): hand in {wanted}.",
        "ko": "제출한 파일({found}) 중에서 노트북을 찾지 못했습니다. {wanted} 파일을 제출하세요.",
    },
    "several": {
        "en": "{wanted} is missing and there are several other files ({found}), so none was graded: hand in {wanted}.",
        "ko": "{wanted} 파일이 없고 다른 파일이 여럿({found}) 있어 채점하지 않았습니다. {wanted} 파일을 제출하세요.",
    },
    "other_name": {
        "en": "{wanted} is missing; {found} was graded in its place.",
        "ko": "{wanted} 파일이 없어 {found} 파일을 대신 채점했습니다.",
    },
    "untouched": {
        "en": "{wanted} is as it was handed out, so {found} was graded in its place.",
        "ko": "{wanted} 파일이 배포된 상태 그대로여서 {found} 파일을 대신 채점했습니다.",
    },
    "untouched_several": {
        "en": "{wanted} is as it was handed out, and there are several other files with work ({found}): "
        "hand in {wanted} with your work.",
        "ko": "{wanted} 파일이 배포된 상태 그대로이고, 풀이가 있는 다른 파일이 여럿({found}) 있습니다. "
        "풀이가 있는 {wanted} 파일을 제출하세요.",
    },
    "unreadable": {
        "en": "{found} was graded in place of {wanted}. {why}",
        "ko": "{wanted} 대신 {found} 파일을 채점했습니다. {why}",
    },
    "unreadable_several": {
        "en": "{why} There are several other files with work ({found}), so none of them was graded.",
        "ko": "{why} 풀이가 있는 다른 파일이 여럿({found}) 있어 그중 어느 것도 채점하지 않았습니다.",
    },
    "unpacked": {
        "en": "{name} is an archive; {found} was taken out of it and graded.",
        "ko": "{name}이(가) 압축 파일이어서 그 안의 {found} 파일을 채점했습니다.",
    },
    "bad_archive": {
        "en": "{name} is a damaged, encrypted or too large archive, so it was not read. Hand in the notebook itself.",
        "ko": "{name}이(가) 손상되었거나 암호가 걸렸거나 너무 큰 압축 파일이어서 읽지 않았습니다. "
        "노트북 파일 자체를 제출하세요.",
    },
    "empty": {
        "en": "{name} is empty: there is nothing in the file. Save your notebook again and hand it in again.",
        "ko": "{name}이(가) 비어 있습니다. 파일에 아무 내용이 없습니다. 노트북을 다시 저장해 제출하세요.",
    },
    "other_kind": {
        "en": "{name} is {kind}, not a notebook. Hand in the notebook (.ipynb) itself.",
        "ko": "{name}은(는) 노트북이 아니라 {kind}입니다. 노트북(.ipynb) 파일 자체를 제출하세요.",
    },
    "kind_pdf": {"en": "a PDF document", "ko": "PDF 문서"},
    "kind_html": {"en": "an HTML page", "ko": "HTML 문서"},
    "kind_python": {"en": "a Python program", "ko": "파이썬 프로그램"},
    "kind_image": {"en": "an image", "ko": "이미지"},
    "kind_office": {"en": "a document of an office program", "ko": "워드나 한글 같은 문서 파일"},
    "kind_archive": {"en": "an archive", "ko": "압축 파일"},
    "kind_zip": {"en": "a zip archive", "ko": "zip 압축 파일"},
    "program": {
        "en": "{name} is a Python program, not a notebook; it was graded as a .py file.",
        "ko": "{name}은(는) 노트북이 아니라 파이썬 프로그램이어서 .py 파일로 채점했습니다.",
    },
    "encoding": {
        "en": "{name} is stored as {encoding}; it was read all the same. Jupyter stores notebooks as UTF-8.",
        "ko": "{name}이(가) {encoding}(으)로 저장되어 있지만 그대로 읽었습니다. Jupyter는 UTF-8로 저장합니다.",
    },
    "cut_off": {
        "en": "{name} ends in the middle of a character, so a part of it may be missing.",
        "ko": "{name}이(가) 글자 중간에서 끝나므로 내용의 일부가 빠졌을 수 있습니다.",
    },
    "conflict_settled": {
        "en": "{name} holds the marks of a merge conflict (<<<<<<<), but the code is the same on both sides, "
        "so it was graded.",
        "ko": "{name}에 병합 충돌 표시(<<<<<<<)가 있지만 양쪽의 코드가 같아서 그대로 채점했습니다.",
    },
    "conflict": {
        "en": "{name} is damaged: it holds the marks of a merge conflict (<<<<<<< or >>>>>>>), and not only around "
        "outputs. Settle the conflict, open the notebook in Jupyter, and hand it in again.",
        "ko": "{name}이(가) 손상되었습니다. 출력이 아닌 곳에도 병합 충돌 표시(<<<<<<< 또는 >>>>>>>)가 있습니다. "
        "충돌을 해결하고 Jupyter에서 열어 확인한 뒤 다시 제출하세요.",
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
        "en": "The code has more than {limit} KiB, {lines} lines, or {words} words and signs, so it was not graded. "
        "Take data and other large text out of the cells.",
        "ko": "코드가 {limit} KiB, {lines}줄, 단어와 기호 {words}개 중 하나를 넘어 채점하지 않았습니다. "
        "셀에서 데이터나 긴 텍스트를 빼세요.",
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
    "duplicate_filled": {
        "en": "The cell {name} is there more than once; the one with your work was graded.",
        "ko": "{name} 셀이 두 번 이상 있어 풀이가 있는 셀을 채점했습니다.",
    },
    "joined": {
        "en": "The cell {name} was there in several parts; they were put together and graded.",
        "ko": "{name} 셀이 여러 부분으로 나뉘어 있어 합쳐서 채점했습니다.",
    },
    "taken": {
        "en": "The mark of the cell {name} was lost or stands on an empty copy; cell {number}, "
        "which defines its functions, was graded.",
        "ko": "{name} 셀의 표시가 없거나 빈 셀에 붙어 있어, 그 함수를 정의한 {number}번째 셀을 채점했습니다.",
    },
    "type_restored": {
        "en": "The cell {name} was turned into text; it was read as code again.",
        "ko": "{name} 셀이 텍스트 셀로 바뀌어 있어 다시 코드 셀로 읽었습니다.",
    },
    "moved": {
        "en": "The functions of the cell {name} were found in the cell {where} and graded there.",
        "ko": "{name} 셀의 함수가 {where} 셀에 있어 그곳에서 채점했습니다.",
    },
    "conflict_in_cell": {
        "en": "The cell {name} holds the marks of a merge conflict (<<<<<<<), which are not Python. Settle it.",
        "ko": "{name} 셀에 병합 충돌 표시(<<<<<<<)가 있습니다. 파이썬 코드가 아니므로 충돌을 해결하세요.",
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
    "helper": {
        "en": "{name} is used in a graded cell but defined in one that is not graded (cell {number}: `{line}`): "
        "move it to the cell 'your own imports and helpers' (solution-imports).",
        "ko": "채점하는 셀에서 쓰는 {name}이(가) 채점하지 않는 셀({number}번째 셀: `{line}`)에 정의되어 있습니다. "
        "import와 보조 함수를 적는 셀(solution-imports)로 옮기세요.",
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
    "time_without_zone": {
        "en": "The time in timestamp.txt names no time zone, so it is read as UTC.",
        "ko": "timestamp.txt의 시각에 시간대가 없어 UTC로 봅니다.",
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
