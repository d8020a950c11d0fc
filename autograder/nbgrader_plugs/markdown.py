"""Makes a student's Markdown harmless for the pages that a TA and the student open.

Theory of operation: nbgrader's pages show Markdown through nbconvert, which lets HTML, links of any kind and
formulas pass.  A script in a written answer would run in the formgrader and could set marks; the browser would load
a picture with an address of the formgrader's, with the TA's rights, before anybody clicks.  No list of bad patterns
in the source is complete.  So the text is rendered here by nbconvert's own renderer, and the *result* is judged:
every tag must be well formed, closed in order, one of a few, with known attributes and values.  Text that passes
stays exactly as written.  Other text is tried again with its HTML as text, then with its links as text too, and
is otherwise shown as plain text.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote, urlsplit

from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbconvert.filters.strings import strip_files_prefix
from nbformat import NotebookNode

MAX_MARKDOWN_CHARACTERS = 20_000  # ten pages; on longer text the renderer's patterns take seconds
MAX_HIGHLIGHTED_CHARACTERS = 5_000
LANGUAGES = frozenset({"python", "python3", "py", "pycon", "text", "bash", "sh", "json", "toml", "yaml", "latex"})
"""Allowed for code blocks: other highlighters take time quadratic in the length, or draw pictures (mermaid)."""

BROKEN = "<"  # the mark of HTML that is not well formed
_FORMATTING = "b i u s em strong del sub sup small kbd mark p br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote"
_BLOCKS = "pre code table caption thead tbody tr th td figure figcaption details summary center font div span"
_TAGS = frozenset(f"{_FORMATTING} {_BLOCKS} a img input".split())
_VOID = frozenset({"br", "hr", "img", "input"})
_ANY = re.compile(r"[^\0]*")
_ALIGNED = re.compile(r"text-align: ?(left|right|center);?")
_VALUES = {
    "a title": _ANY, "img alt": _ANY, "img title": _ANY, "a class": re.compile("anchor-link"),
    "th style": _ALIGNED, "td style": _ALIGNED, "ol start": re.compile(r"\d+"),
    "code class": re.compile(r"language-[\w+#.-]*"), "div class": re.compile("highlight"),
    "li class": re.compile("task-list-item"), "input class": re.compile("task-list-item-checkbox"),
    "input type": re.compile("checkbox"), "input disabled": re.compile(""), "input checked": re.compile(""),
    "img src": re.compile(r"data:image/(png|jpeg|gif|webp);base64,[A-Za-z0-9+/=%\s]*"),
}  # fmt: skip
"""Allowed attributes by tag, with their allowed values.  ``href`` and ``id`` of headings have their own rules."""

_TAG = re.compile(r'<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)(?P<attributes>(?: [a-z]+(?:="[^"<>]*")?)*) ?/?>')
_ATTRIBUTE = re.compile(r' ([a-z]+)(?:="([^"<>]*)")?')
_ACTING_MACRO = re.compile(r"\\(href|url|mmlToken|style|class|cssId|require|bbox|includegraphics|html\w*)(?![A-Za-z])")
_WEB = re.compile(r"https?://", re.IGNORECASE)
_MAIL = re.compile(r"mailto:[^/]", re.IGNORECASE)
_PUBLIC_HOST = re.compile(r"([\w-]+\.)+(?!(localhost|local|internal|lan)\.?$)(?![\d_])[\w-]{2,}\.?")
_PRE = '<pre style="white-space:pre-wrap">'
_PLAIN = re.compile(_PRE + r"[^<]*</pre>")
_FORGED = re.compile(r"[\x00-\x20\x7f-\x9f\\]")  # characters that browsers drop or change within an address


@dataclass(frozen=True)
class Released:
    """The contents of the course's own text, which students may repeat.

    Attributes:
        texts: the released Markdown cells.
        ids: of cells, which nbgrader's pages look up by name.
    """

    texts: tuple[str, ...] = ()
    ids: frozenset[str] = frozenset()

    @classmethod
    def of(cls, notebook: NotebookNode) -> Released:
        """The contents of a released notebook."""
        names = [cell.metadata.get("nbgrader", {}).get("grade_id") for cell in notebook.cells]
        ids = [f"{name}{end}" for name in names if name for end in ("", "-comment", "_extra_credit")]
        return cls(tuple(cell.source for cell in notebook.cells if cell.cell_type == "markdown"), frozenset(ids))

    @cached_property
    def lines(self) -> frozenset[str]:
        """All lines of the texts."""
        return frozenset(line for text in self.texts for line in text.split("\n"))

    @cached_property
    def harms(self) -> frozenset[str]:
        """Attributes that would be harmful in a student's text but come from the instructor's."""
        found = frozenset().union(*(harms_of(text, {}, self.ids) for text in self.texts))
        return frozenset(harm for harm in found if "=" in harm)  # tags and macros act on what follows


def harmless(source: str, attachments: dict[str, dict[str, str]], released: Released) -> str:
    """The text itself if its page is harmless, else the text with as much of its markup as is harmless.

    Args:
        source: Markdown.
        attachments: the cell's pictures by name.
        released: the course's own text.
    """
    if source in released.texts or _PLAIN.fullmatch(source):
        return source
    if len(source) <= MAX_MARKDOWN_CHARACTERS:
        for text in (source, _as_text(source, released), _as_text(source, released, links=True)):
            harms = harms_of(text, attachments, released.ids)
            if not harms or harms <= released.harms:
                return text
    return plain_text(source)


def plain_text(text: str) -> str:
    """Markdown that shows a text as it is, without markup or formulas."""
    return f"{_PRE}{html.escape(text)}</pre>"


def harms_of(source: str, attachments: dict[str, dict[str, str]], ids: frozenset[str]) -> frozenset[str]:
    """What could do harm on a page with this Markdown, in words; no heading may take one of ``ids``."""
    try:
        renderer = _Renderer(escape=False, attachments=attachments)
        page = strip_files_prefix(MarkdownWithMath(renderer=renderer).render(source))
    except Exception:  # a missing picture, endless nesting: what nbconvert cannot render is shown as text
        return frozenset({BROKEN})
    return frozenset(_judge(page, ids))


class _Renderer(IPythonRenderer):  # type: ignore[misc]  # nbconvert is untyped to us
    """nbconvert's, without colouring code, which takes long and only adds classes."""

    def block_code(self, code: str, info: str | None = None) -> str:
        language = (info or "").split()
        if language and (language[0].lower() not in LANGUAGES or len(code) > MAX_HIGHLIGHTED_CHARACTERS):
            raise ValueError(f"code in {language[0]}")
        return f"<pre>{html.escape(code)}</pre>"


def _judge(page: str, ids: frozenset[str]) -> Iterator[str]:
    """Faults of rendered HTML.  Every browser reads tags that match ``_TAG`` in the same way."""
    stack: list[str] = []
    words: list[str] = []
    position = 0
    for match in _TAG.finditer(page):
        between, position = page[position : match.start()], match.end()
        if "<" in between:
            yield BROKEN
        if not {"pre", "code"} & set(stack):  # formulas are not set in these
            words.append(between)
        name = match["name"]
        if name not in _TAGS:
            yield f"<{name}>"
        if not match["end"]:
            yield from _judge_attributes(name, match["attributes"], ids)
            stack += [] if name in _VOID else [name]
        elif not stack or stack.pop() != name or match["attributes"]:
            yield BROKEN
    if stack or "<" in page[position:]:
        yield BROKEN
    for between in ("", " "):  # a tag between letters may or may not separate them
        text = html.unescape(between.join((*words, page[position:])))
        yield from (macro[0] for macro in _ACTING_MACRO.finditer(text))


def _judge_attributes(tag: str, attributes: str, ids: frozenset[str]) -> Iterator[str]:
    for key, raw in _ATTRIBUTE.findall(attributes):
        value = html.unescape(raw)
        if key == "id" and re.fullmatch("h[1-6]", tag):
            if value in ids:
                yield f"<{tag} id={value}>"
        elif (tag, key) == ("a", "href"):
            if not is_safe_link(value):
                yield f"<a href={value}>"
        elif (allowed := _VALUES.get(f"{tag} {key}")) is None or not allowed.fullmatch(value):
            yield f"<{tag} {key}={value}>"


def is_safe_link(address: str) -> bool:
    """Whether a link is safe: it leads to a place on the page, a public web address, or a mailbox.

    A relative address is not, since it would be the formgrader's, nor is one of this machine.
    """
    if _FORGED.search(address) or "formgrader" in unquote(unquote(address)).lower():
        return False
    if address.startswith("#") or _MAIL.match(address):
        return True
    if not _WEB.match(address):
        return False
    try:
        parts = urlsplit(address)
        return "@" not in parts.netloc and bool(_PUBLIC_HOST.fullmatch(parts.hostname or ""))
    except ValueError:
        return False


_OPENS_TAG = re.compile(r"<(?=[A-Za-z/!?])")
_VERBATIM = re.compile(
    r"(?ms)(?P<fence>^ {0,3}(?P<marks>`{3,}|~{3,}))(?P<info>[^\n]*)(?P<body>\n.*?(?:^ {0,3}(?P=marks)|\Z))"
    r"|(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)"
    r"|\$\$.+?\$\$|(?<![\\$])\$[^$\n]+\$(?!\$)|\\\\\(.+?\\\\\)|\\\\\[.+?\\\\\]"
    r"|\\begin\{(?P<name>[a-z]*\*?)\}.*?\\end\{(?P=name)\}"
)
"""Code and formulas, whose characters are not markup.  This is a guess: the result is judged again."""


def _as_text(source: str, released: Released, *, links: bool = False) -> str:
    """The source with HTML, and on request links and headings, shown as typed; code and formulas are kept."""
    parts: list[str] = []
    position = 0
    for match in _VERBATIM.finditer(source):
        parts += [_typed(source[position : match.start()], released, links), _code(match)]
        position = match.end()
    return "".join((*parts, _typed(source[position:], released, links)))


def _code(match: re.Match[str]) -> str:
    """A code block; its language is dropped if colouring it is not allowed."""
    known = (match["info"] or "").strip().lower() in LANGUAGES and len(match["body"]) <= MAX_HIGHLIGHTED_CHARACTERS
    return match[0] if known or not match["fence"] else match["fence"] + match["body"]


def _typed(text: str, released: Released, links: bool) -> str:
    return "\n".join(line if line in released.lines else _typed_line(line, links) for line in text.split("\n"))


def _typed_line(line: str, links: bool) -> str:
    line = _OPENS_TAG.sub("&lt;", line)
    if links:
        line = line.replace("[", "&#91;").replace("://", ":&#47;/")
        line = re.sub(r"^( {0,3})#", r"\1&#35;", line)
    return line
