"""The documents agree with the command line, with the settings, with each other, and with the tree."""

from __future__ import annotations

import importlib
import re
import shlex
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import click
import pytest

from autograder.authoring.release import release_checkout
from autograder.cli.main import COMMANDS, cli
from autograder.config import Assignment, AucStep, Course, Item, Limits, Profile
from autograder.model import Outcome

ROOT = Path(__file__).parents[2]
NAMES = (
    "instructor", "ta", "student", "authoring", "images", "sandbox", "gpu", "operations", "research", "reference",
    "design",
)  # fmt: skip
PAIRS = {"README.md": "README.ko.md"} | {f"docs/{name}.md": f"docs/ko/{name}.md" for name in NAMES}
PAGES = (*PAIRS, *PAIRS.values())
REFERENCES = ("docs/reference.md", "docs/ko/reference.md")
CARDS = tuple(str(path.relative_to(ROOT)) for path in sorted((ROOT / "autograder").rglob("*.md")))
DOCUMENTS = (*PAGES, "CHANGELOG.md", "SECURITY.md", *CARDS)
README_BYTES = 9_000
MACHINE_PATH = re.compile(r"(?<![\w.~-])(/(work|home|root|Users|mnt|opt|tmp|private)/|[A-Z]:\\Users\\)[\w.-]*")
LINK = re.compile(r"\]\(([^)\s]+)\)")
FENCE = re.compile(r"^([ ]*)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
PLACEHOLDERS = {"COMMAND", "..."}
BAIT = "AUTOGRADER_PROBE_SECRET"  # set by the probes of `autograder doctor` for their own worker to look for


def _read(document: str) -> str:
    return (ROOT / document).read_text(encoding="utf-8")


def _outside_code(text: str) -> str:
    return FENCE.sub("", text)


def _command(name: str) -> click.Command:
    """The click command of ``batch``, ``data build`` ..."""
    words = name.split()
    command: click.Command = importlib.import_module(f"autograder.cli.{COMMANDS[words[0]][0]}").command
    for word in words[1:]:
        assert isinstance(command, click.Group)
        command = command.commands[word]
    return command


def _all_commands() -> list[str]:
    """Every command, and every subcommand of a group: ``data``, ``data build`` ..."""
    names = []
    for name in COMMANDS:
        command = _command(name)
        names.append(name)
        if isinstance(command, click.Group):
            names += [f"{name} {sub}" for sub in sorted(command.commands)]
    return names


ALL_COMMANDS = _all_commands()
LEAVES = [name for name in ALL_COMMANDS if not isinstance(_command(name), click.Group)]


# What is called in a page


@dataclass(frozen=True)
class Call:
    """A command line of a page; ``whole`` where it is meant to be typed as it is."""

    words: tuple[str, ...]
    whole: bool

    def __str__(self) -> str:
        return " ".join(self.words)


def _lines_of(text: str) -> Iterator[tuple[str, bool]]:
    """Lines of shell blocks, and pieces of code within sentences."""
    for _, language, code in FENCE.findall(text):
        if language == "sh":
            for line in textwrap.dedent(code).replace("\\\n", " ").splitlines():
                yield re.sub(r"(^|\s)#.*", "", line), True
    for code in re.findall(r"`([^`]+)`", _outside_code(text)):
        yield " ".join(code.split()), False


def _calls(text: str, program: str) -> list[Call]:
    """Every call of ``program``, also behind ``systemd-run`` and in a pipe."""
    found = []
    for line, whole in _lines_of(text):
        for part in re.split(r"&&|\|", line):
            try:
                words = shlex.split(part)
            except ValueError:  # a piece of other code, such as half a string
                continue
            names = [Path(word).name if word.startswith(".venv/bin/") else word for word in words]
            if program in names and (names[0] in (program, "systemd-run") or whole):
                found.append(Call(tuple(words[names.index(program) + 1 :]), whole))
    return found


def _parse(call: Call) -> None:
    """Fails when ``autograder`` does not have these commands, options, values and arguments."""
    words = [word for word in call.words if word not in PLACEHOLDERS]
    own_options = {option for parameter in cli.params for option in parameter.opts} | {"--version", "--help", "-h"}
    while words and words[0] in own_options:
        words.pop(0)
    if not words:
        return
    assert words[0] in COMMANDS, f"there is no `autograder {words[0]}`"
    name = words.pop(0)
    command = _command(name)
    if isinstance(command, click.Group):
        if not words or words == ["--help"]:
            return
        name = f"{name} {words.pop(0)}"
        assert name in ALL_COMMANDS, f"there is no `autograder {name}`"
        command = _command(name)
    _parse_leaf(command, [word for word in words if word != "--help"], call)


def _parse_leaf(command: click.Command, words: list[str], call: Call) -> None:
    context = click.Context(command, info_name=call.words[0])
    try:
        values, rest, _ = command.make_parser(context).parse_args(words)
        for parameter in command.params:
            value = values.get(str(parameter.name))
            missing = value is None or value == () or "UNSET" in repr(value)
            assert not (missing and parameter.required and call.whole), f"`autograder {call}` wants {parameter.name}"
            if not missing and not isinstance(parameter.type, click.Path):
                parameter.type_cast_value(context, value)
    except click.UsageError as error:
        raise AssertionError(f"`autograder {call}`: {error.format_message()}") from None
    assert not rest, f"`autograder {call}`: too many arguments: {rest}"


@pytest.mark.parametrize("document", PAGES)
def test_every_call_of_autograder_parses(document: str) -> None:
    """Commands, options, their values and the number of arguments are right wherever a page names them."""
    for call in _calls(_read(document), "autograder"):
        _parse(call)


@pytest.mark.parametrize("document", PAGES)
def test_every_call_of_nbgrader_parses(document: str) -> None:
    """nbgrader has each subcommand, flag and option that a page names."""
    from nbgrader.apps import NbGraderApp

    for call in _calls(_read(document), "nbgrader"):
        app, words = NbGraderApp, list(call.words)
        while words and (words[0] in app().subcommands or app is NbGraderApp):
            assert words[0] in app().subcommands, f"{document}: there is no `nbgrader {words[0]}`"
            app = app().subcommands[words.pop(0)][0]
        known = {*app().flags, *app().aliases}
        unknown = {word[2:] for word in words if word.startswith("--")} - known
        assert not unknown, f"{document}: `nbgrader {call}` has no {', '.join(sorted(unknown))}"


@pytest.mark.parametrize("document", PAGES)
def test_every_call_of_make_has_a_target(document: str) -> None:
    """Each ``make target`` is one of the Makefile's."""
    targets = set(re.findall(r"^([a-z-]+):", _read("Makefile"), re.MULTILINE))
    for call in _calls(_read(document), "make"):
        assert set(call.words) <= targets, f"{document}: `make {call}`"


def test_what_a_wrong_page_would_say_is_found() -> None:
    """The parsing above refuses a wrong command, option, value, number of arguments, and a missing one."""
    _parse(Call(("batch",), whole=False))
    for wrong in ("bath", "batch x --worker 2", "batch x --workers many", "forget kim lee", "data build", "data bild"):
        with pytest.raises(AssertionError):
            _parse(Call(tuple(wrong.split()), whole=True))


# The reference


@pytest.mark.parametrize("document", REFERENCES)
def test_every_command_is_in_the_reference(document: str) -> None:
    """Each command is in the table, with an example that begins with it."""
    rows = [line for line in _read(document).splitlines() if line.startswith("| `autograder ")]
    for name in LEAVES:
        row = [line for line in rows if line.startswith(f"| `autograder {name}` |")]
        assert len(row) == 1, f"{document} has {len(row)} lines for `autograder {name}`"
        assert re.search(rf"\| `autograder {name}( [^`]*)?` \|$", row[0]), f"{document}: no example in {row[0]!r}"
    assert len(rows) == len(LEAVES), f"{document} has a command that does not exist"


@pytest.mark.parametrize("document", REFERENCES)
def test_every_option_is_in_the_reference(document: str) -> None:
    """Each option of each command has its line, whose code is a right use of it."""
    rows = re.findall(r"^\| `((?!autograder|make)[^`]*? --[^`]*)` \|", _read(document), re.MULTILINE)
    named = {" ".join([*row.partition("--")[0].split(), row.split("--")[1].split()[0]]) for row in rows}
    wanted = {
        f"{name} {option.removeprefix('--')}"
        for name in LEAVES
        for parameter in _command(name).params
        for option in parameter.opts
        if isinstance(parameter, click.Option)
    }
    assert wanted - named == set(), f"{document} lacks options"
    assert named - wanted == set(), f"{document} has options that do not exist"
    for row in rows:
        _parse(Call(tuple(shlex.split(row)), whole=False))


def _section(document: str, heading: str) -> str:
    """The text under the headings of that name, up to the next heading of any level."""
    parts = re.split(r"(?m)^#+ (.+)$", _read(document))
    return "".join(text for name, text in zip(parts[1::2], parts[2::2], strict=True) if name == heading)


@pytest.mark.parametrize("document", REFERENCES)
def test_every_setting_is_in_the_reference(document: str) -> None:
    """Each key of the settings' files, each outcome, each variable and each target of make has its line."""

    def first_cells(heading: str) -> set[str]:
        cells = re.findall(r"^\| (`[^|]*) \|", _section(document, heading), re.MULTILINE)
        return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}

    def keys(*records: type) -> set[str]:
        return {field.name for record in records for field in fields(record) if field.name != "folder"}

    course = first_cells("course.toml")
    assert {name.partition(".")[0] for name in course} == keys(Course, Profile)
    assert all(f"`{field.name}`" in _section(document, "course.toml") for field in fields(AucStep))
    assert first_cells("assignment.toml") == keys(Assignment, Item)
    assert first_cells("autograder.toml") == {"repository", "language", "profile"}
    assert {f"`{outcome}`" for outcome in Outcome} <= set(re.findall(r"`\w+`", _read(document)))
    targets = re.findall(r"^([a-z-]+):.*##", _read("Makefile"), re.MULTILINE)
    assert first_cells("make") == {f"make {target}" for target in targets}


def test_settings_of_the_checkout_use_documented_keys_only() -> None:
    """``course.toml`` itself says nothing that the reference does not explain."""
    course = tomllib.loads(_read("assignments/course.toml"))
    text = _section("docs/reference.md", "course.toml")
    for key in {*course, *(key for profile in course["profiles"].values() for key in profile)}:
        assert f"`{key}`" in text or f"`{key}." in text, key


@pytest.mark.parametrize("document", ["docs/sandbox.md", "docs/ko/sandbox.md"])
def test_every_limit_is_explained(document: str) -> None:
    """Each limit of a submission has its line, with the default that the code has."""
    text = _read(document)
    for field in fields(Limits):
        row = next(line for line in text.splitlines() if line.startswith("| `") and f"`{field.name}`" in line)
        assert re.search(rf"(?<!\d){field.default:,g}(?!\d)", row), f"{field.name}: {field.default:g} is not in {row!r}"


@pytest.mark.parametrize("document", REFERENCES)
def test_every_environment_variable_is_in_the_reference(document: str) -> None:
    """What the engine reads from the environment is documented."""
    text = _read(document)
    for path in (ROOT / "autograder").rglob("*.py"):
        for variable in re.findall(r"[\"'](AUTOGRADER_[A-Z_]+)[\"']", path.read_text(encoding="utf-8")):
            assert variable == BAIT or f"`{variable}`" in text, f"{path.relative_to(ROOT)} reads {variable}"


@pytest.mark.parametrize("name", ALL_COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    """``python -m autograder COMMAND --help`` works and shows how to call it."""
    done = subprocess.run(
        [sys.executable, "-m", "autograder", *name.split(), "--help"],
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    example = " ".join(done.stdout.partition("Example:")[2].split())
    assert example.startswith(f"autograder {name}"), f"`autograder {name} --help` has no example of itself"


SOFTPLUS_TEST = '''
import pytest


@pytest.mark.item("softplus", hint="Use logaddexp.")
def test_softplus_{name}(student):
    """{title}"""
    assert student.softplus({x}) > 0
'''


@pytest.mark.parametrize("document", ["docs/authoring.md", "docs/ko/authoring.md"])
def test_the_new_assignment_of_the_authors_page_can_be_released(document: str, tmp_path: Path) -> None:
    """The files that the page shows, and a test of each kind, give a notebook in both languages."""
    blocks = [(language, textwrap.dedent(code)) for _, language, code in FENCE.findall(_read(document))]
    softplus = [code for _, code in blocks if "softplus" in code]
    solution, settings, notebook = softplus[:3]
    folder = tmp_path / "assignments" / "softplus"
    folder.mkdir(parents=True)
    (tmp_path / "reference_solution").mkdir()
    (tmp_path / "reference_solution" / "softplus.py").write_text(solution, encoding="utf-8")
    (folder / "assignment.toml").write_text(settings, encoding="utf-8")
    (folder / "notebook.py").write_text(notebook, encoding="utf-8")
    public = SOFTPLUS_TEST.format(name="at_zero", title="Softplus of 0 is positive.", x=0.0)
    (folder / "test_public.py").write_text(public, encoding="utf-8")
    hidden = SOFTPLUS_TEST.format(name="far_out", title="Softplus of -30 is above 0.", x=-30.0)
    (folder / "test_hidden.py").write_text(hidden, encoding="utf-8")
    course = re.sub(r"assignments = .*", 'assignments = ["softplus"]', _read("assignments/course.toml"))
    (folder.parent / "course.toml").write_text(course, encoding="utf-8")
    release = tmp_path / "release"
    release_checkout(folder.parent, tmp_path / "reference_solution", release, ("softplus",), ("en", "ko"))
    for language in ("en", "ko"):
        text = (release / language / "softplus" / "softplus.ipynb").read_text(encoding="utf-8")
        assert "It earns 10 points" in text if language == "en" else "10점입니다" in text
        assert "logaddexp" not in text


# Links


@cache
def _anchors(document: str) -> frozenset[str]:
    """The names that GitHub gives to a page's headings."""
    headings = re.findall(r"^#+ (.+)$", _outside_code(_read(document)), re.MULTILINE)
    return frozenset(re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-") for heading in headings)


def _links(document: str) -> list[tuple[Path, str]]:
    """Links to files of the repository, and the anchors in them."""
    here = ROOT / document
    targets = [t for t in LINK.findall(_outside_code(_read(document))) if not t.startswith("https://")]
    return [
        ((here.parent / path).resolve() if path else here, anchor)
        for path, _, anchor in (target.partition("#") for target in targets)
    ]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_links_lead_somewhere(document: str) -> None:
    """Every file that a document links to is there, and has the heading that the link names."""
    for path, anchor in _links(document):
        assert path.exists(), f"{document}: {path} is not there"
        if anchor:
            target = str(path.relative_to(ROOT))
            assert anchor in _anchors(target), f"{document}: {target} has no heading for #{anchor}"


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md"])
def test_the_readme_leads_to_every_page(readme: str) -> None:
    """Each page of its language is linked, and so are changes, security and licence."""
    linked = {str(path.relative_to(ROOT)) for path, _ in _links(readme)}
    pages = PAIRS.values() if readme == "README.ko.md" else PAIRS
    assert {*pages, "CHANGELOG.md", "SECURITY.md", "LICENSE"} - {readme} <= linked


@pytest.mark.parametrize("readme", ["README.md", "README.ko.md"])
def test_the_readme_is_short(readme: str) -> None:
    """A longer one would not be read."""
    assert (ROOT / readme).stat().st_size <= README_BYTES


def test_every_page_is_known_here() -> None:
    """A page that is added has its partner, and is tested."""
    pages = {str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")}
    assert pages == {page for page in PAGES if page.startswith("docs/")}


def test_nothing_else_points_to_a_page_that_moved() -> None:
    """Code, messages, notebooks and settings name only pages that there are, and no section of the README."""
    folders = [ROOT / name for name in ("autograder", "assignments", "reference_solution", "release", "tests", ".ci")]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    texts = {".py", ".md", ".toml", ".ipynb", ".j2", ".ini", ""}
    for path in [*files, ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / "SECURITY.md"]:
        if path.suffix not in texts or path == Path(__file__):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        assert not re.search(r"README(\.ko)?\.md#", text), f"{path} names a section of the README"
        for page in re.findall(r"\bdocs/(?:ko/)?\w+\.md\b", text):
            assert page in PAGES, f"{path} names {page}, which is not there"


@pytest.mark.parametrize("document", [document for document in DOCUMENTS if document != "CHANGELOG.md"])
def test_files_named_in_a_page_are_there(document: str) -> None:
    """A file of the engine, the tests or the reference solution that a page names has not moved."""
    named = re.findall(r"`((?:autograder|tests|reference_solution)/[\w/.-]+\.\w+)`", _read(document))
    example = "reference_solution/softplus.py"  # the new assignment of the authors' page
    missing = {path for path in named if not (ROOT / path).exists()} - {example}
    assert not missing, f"{document}: {', '.join(sorted(missing))} is not there"


@pytest.mark.parametrize("document", ["docs/design.md", "docs/ko/design.md"])
def test_the_rooms_of_the_engine_are_on_the_page_about_design(document: str) -> None:
    """Every room has its line, in the order that import-linter holds."""
    contracts = tomllib.loads(_read("pyproject.toml"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    height = {room: n for n, layer in enumerate(reversed(layers)) for room in layer.split(" | ") if room != "__main__"}
    cells = re.findall(r"^\| (`[a-z_]+`(?: `[a-z_]+`)*) \|", _read(document), re.MULTILINE)
    listed = [room for cell in cells for room in re.findall(r"\w+", cell)]
    assert sorted(listed) == sorted(height)
    assert [height[room] for room in listed] == sorted(height.values())


def test_the_pattern_for_archives_is_the_tested_one() -> None:
    """``zip_collect``'s example in the instructor's page is what the collecting tests collect with."""
    from tests.nbgrader_plugs.test_collect import NAMES

    for document in ("docs/instructor.md", "docs/ko/instructor.md"):
        assert f'named_regexp = r"{NAMES}"' in _read(document)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_no_machine_paths(document: str) -> None:
    """No path of somebody's machine is in a document."""
    found = MACHINE_PATH.search(_read(document))
    assert found is None, f"{document}: {found and found.group()}"


# English and Korean


def _code(document: str) -> list[tuple[str, list[str]]]:
    """Blocks of code without comments and without the language of the page; of drawings only the length."""
    blocks = []
    for _, language, code in FENCE.findall(_read(document)):
        lines = [re.sub(r"(?<=\S)\s+#.*", "", line).strip() for line in code.splitlines()]
        same = [line.replace("--lang ko", "--lang en") for line in lines]
        blocks.append((language, [""] * len(lines) if language == "text" else same))
    return blocks


def _shape(document: str) -> list[str]:
    """A page's skeleton: headings' levels, items of lists, rows of tables with their columns, pictures."""
    shape = []
    for line in _outside_code(_read(document)).splitlines():
        if found := re.match(r"(#+) |\s*([*]|\d+\.) |(!)\[", line):
            shape.append(re.sub(r"\d+", "1", found.group().strip()))
        elif line.startswith("|"):
            shape.append(f"row of {line.count('|') - 1}")
    return shape


@pytest.mark.parametrize("english", PAIRS)
def test_english_and_korean_show_the_same_code(english: str) -> None:
    """The Korean page has the same commands and files as the English one, but for comments and language."""
    assert _code(english) == _code(PAIRS[english])


@pytest.mark.parametrize("english", PAIRS)
def test_english_and_korean_have_the_same_structure(english: str) -> None:
    """Headings, lists, tables and pictures are the same, one by one."""
    assert _shape(english) == _shape(PAIRS[english])


@pytest.mark.parametrize("english", PAIRS)
def test_english_and_korean_have_the_same_links(english: str) -> None:
    """Both lead to the same pages, each in its language, but for the link to the other language."""
    of_korean = {ROOT / korean: ROOT / page for page, korean in PAIRS.items()}

    def targets(document: str) -> list[str]:
        paths = [(of_korean.get(path, path), bool(anchor)) for path, anchor in _links(document)]
        return sorted(f"{path.relative_to(ROOT)} {anchor}" for path, anchor in paths if path != ROOT / "README.md")

    assert targets(english) == targets(PAIRS[english])


@pytest.mark.parametrize("korean", PAIRS.values())
def test_korean_is_polite_in_one_way(korean: str) -> None:
    """Requests end in -세요, and one thing has one word."""
    text = _read(korean)
    for other in ("십시오", "매개변수", "데이터 세트", "임곗값", "도움말", "손으로", "부르면", "답안 셀"):
        assert other not in text, f"{korean}: {other}"
