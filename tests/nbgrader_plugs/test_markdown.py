"""A student's Markdown: honest text is unchanged, and nothing acts on the page that shows it."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert.exporters import HTMLExporter

from autograder.nbgrader_plugs.markdown import MAX_MARKDOWN_CHARACTERS, Released, harmless, is_safe_link, plain_text

QUESTION = "**Why?** Give a reason.\n\n<details><summary>Hint</summary>\n\n![net](figures/net.png)\n\n</details>"
RELEASED = Released((QUESTION,), frozenset({"elu", "elu-comment"}))
PICTURE = {"a.png": {"image/png": "iVBO"}}

HONEST = [
    "", "Because *x* is **large**.", "이 함수는 **음수**에서 `exp`를 씁니다.",
    "`<b>` and `` a`<i> `` are tags, and a<b, c > d & e", "$a<b$ and $x[0]<y_{[1]}$, also \\\\(a<b\\\\)",
    "$$\na < b \\\\\n\\begin{aligned} x &< y \\\\ z &> 1 \\end{aligned}\n$$", "\\begin{equation}a<b\\end{equation}",
    "# My answer\n\n## Second part", "1. one\n2. two\n   - three\n\n- [ ] open\n- [x] done",
    "| a | b |\n|:-:|--:|\n| 1 | `<td>` |", "```python\nif a<b: print('<script>')\n```", "~~~\n<script>\n~~~",
    "    <script>indented</script>", "> quoted\n> text", "term\n: definition",
    "H<sub>2</sub>O is <b>wet</b><br>and x<sup>2</sup>", "![plot](attachment:a.png)",
    "[paper](https://arxiv.org/abs/1409.1556 \"VGG\")",
    "[paper][1]\n\n[1]: https://doi.org/10.1186/s12909-021-02546-6",
    "see https://keras.io/api/?a=1&b=2#x and <https://numpy.org>", "[mail](mailto:kim@sunmoon.ac.kr?subject=VGG)",
    "[above](#My-answer)", "javascript: is a language, and data: a prefix", "C:\\Users\\kim", "50 % of $5 is 2.5 $",
    "a\\_b \\* c", QUESTION, QUESTION + "\n\nBecause.", "![net](figures/net.png) shows it",
    "<details><summary>Hint</summary>\n\nmine\n\n</details>",
]  # fmt: skip


@pytest.mark.parametrize("text", HONEST)
def test_honest_text_stays_as_it_is(text: str) -> None:
    """Code, formulas, simple HTML, links to the web, pasted pictures, and what the question itself contains."""
    assert harmless(text, PICTURE, RELEASED) == text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ('<font color="red">red</font>, *a*', '&lt;font color="red">red&lt;/font>, *a*'),
        ("<!-- note --> `<b>` $a<b$ <i>x", "&lt;!-- note --> `<b>` $a<b$ &lt;i>x"),
        ("![plot](plot.png) and $x[0]<y$", "!&#91;plot](plot.png) and $x[0]<y$"),
        ("[x](javascript:alert(1)) **b**", "&#91;x](javascript:alert(1)) **b**"),
        ("open http://localhost:8888/tree", "open http:&#47;/localhost:8888/tree"),
        ("# elu\ntext", "&#35; elu\ntext"),
        ("```r\nx <- 1\n```", "```\nx <- 1\n```"),
        (r"$\href{x}{y}$", plain_text(r"$\href{x}{y}$")),
    ],
)
def test_only_what_acts_is_shown_as_it_was_typed(text: str, wanted: str) -> None:
    """HTML first, then links and headings too, and only at last the whole text."""
    assert harmless(text, {}, RELEASED) == wanted


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://arxiv.org/abs/1", True), ("HTTP://Keras.IO", True), ("https://한국어.kr/", True),
        ("mailto:a@b.org", True), ("#top", True), ("javascript:alert(1)", False), ("JaVaScRiPt:alert(1)", False),
        ("java\nscript:alert(1)", False), (" javascript:alert(1)", False), ("\x01javascript:x", False),
        ("data:text/html,x", False), ("vbscript:x", False), ("file:///etc/passwd", False), ("//evil.org", False),
        ("/formgrader?path=x", False), ("../../formgrader", False), ("x.html", False), ("?path=x", False),
        ("", False), ("https:/\\evil.org", False), ("https://a@evil.org", False), ("http://localhost:8888/", False),
        ("http://127.0.0.1/", False), ("http://[::1]/", False), ("http://2130706433/", False),
        ("http://0x7f.0.0.1/", False), ("http://127.1/", False), ("http://hub/", False),
        ("http://x.localhost./", False), ("https://hub.uni.ac.kr/user/ta/%66ormgrader?path=x", False),
        ("https://hub.uni.ac.kr/%2566ormgrader", False), ("https://[", False), ("mailto://evil.org", False),
    ],
)  # fmt: skip
def test_links_lead_to_the_web_or_nowhere(address: str, safe: bool) -> None:
    """Not into a script, into the formgrader or to this machine, however it is written."""
    assert is_safe_link(address) is safe


ACTING_TAGS = frozenset(
    {
        "script",
        "style",
        "iframe",
        "svg",
        "math",
        "form",
        "button",
        "object",
        "embed",
        "base",
        "meta",
        "link",
        "template",
    }
)


class _Page(HTMLParser):
    """What could act in a browser; written on its own, without the tables of the module."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ACTING_TAGS:
            self.faults.append(tag)
        for name, value in attrs:
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            if name.startswith("on") or name in ("srcset", "action", "formaction", "background"):
                self.faults.append(f"{tag} {name}")
            if name == "style" and not address.startswith("text-align:") and address != "white-space:pre-wrap":
                self.faults.append(f"{tag} style={value}")
            if name == "href" and not re.match(r"#|https?://|mailto:", address):
                self.faults.append(f"{tag} href={value}")
            if name == "src" and not address.startswith("data:image/") and value != "figures/net.png":
                self.faults.append(f"{tag} src={value}")
            if name == "id" and value in RELEASED.ids:
                self.faults.append(f"{tag} id={value}")
        self.open += [] if tag in {"br", "hr", "img", "input"} else [tag]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> out of order")

    def handle_data(self, data: str) -> None:
        if not {"pre", "code"} & set(self.open) and re.search(
            r"\\(href|style|class|cssId|require|mmlToken)(?![A-Za-z])", data
        ):
            self.faults.append(data)


def faults(text: str, pictures: dict[str, dict[str, str]]) -> list[str]:
    """Of the page that nbconvert makes of a text."""
    shown = harmless(text, pictures, RELEASED)
    exporter: Any = HTMLExporter()
    html = exporter.markdown2html({"cell": {"attachments": pictures}}, shown)
    page = _Page()
    page.feed(html)
    page.close()
    return page.faults + [f"left open: {page.open}"] * bool(page.open)


EVIL = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", "<b onclick=x>", "<b\n>",
    "</div>", "<p>", "<a href='javascript:x'>", '<a href="https://x.org" target=_blank>', "<!--", "-->", "<![CDATA[",
    "<?x", "<b title=\"", "<", ">", "\"", "[a](javascript:alert(1))", "[a](<java\tscript:x>)", "[a][1]",
    "\n\n[1]: java&#115;cript:x \"t\"\n", "![a](", ")", "](", "[", "]", "<javascript:alert(1)>", "<https://x.org>",
    "http://localhost:8888/", "javascript&colon;x", "data:text/html,x", "files/", "(files/javascript:x)",
    "attachment:none.png", "![x](attachment:a.png)", "$", "$$", "\\\\(", "\\\\)", "\\href{javascript:x}{y}", "\\hr",
    "ef{x}", "&#92;href", "\\style{x}{y}", "\\require{html}", "\\begin{a}", "\\end{a}", "`", "``", "```",
    "```mermaid\n", "```{=html}\n", "~~~", "\n", "\n\n", "    ", "> ", "- ", "# elu\n", "elu\n===\n", "<h1 id=elu>",
    "|", "|-|\n", "\\", "&lt;", "&#60;script&#62;", "<pre>", "</pre>", "<details>", "</details>", "<summary>", "\0",
    "\u2028", "\x0c", "*", "_", "~~", "a", "é",
]  # fmt: skip


def test_what_the_course_may_students_may_not() -> None:
    """An instructor's script or macro does not allow another; their pictures and colours may be repeated."""
    own = '<script>plot()</script>\n\n<font color="red">!</font> ![](net.png) $\\style{color:red}{x}$'
    released = Released((own,))
    assert harmless(own, {}, released) == own
    assert (
        harmless('<font color="red">?</font> ![](net.png)', {}, released) == '<font color="red">?</font> ![](net.png)'
    )
    for text in (
        "<script>alert(1)</script>",
        own + " mine",
        '<font color="blue">?</font>',
        "$\\style{x}{y}$",
        "![](n.png)",
    ):
        assert harmless(text, {}, released) != text


@pytest.mark.parametrize("text", EVIL)
def test_nothing_acts_alone(text: str) -> None:
    """Each piece by itself, and within a code span, a formula, a quotation and a list."""
    for shape in (
        "{}",
        "`{}`",
        "${}$",
        "> {}",
        "- {}",
        "**{}**",
        "<b>{}</b>",
        "[{}](https://x.org)",
        "![{}](attachment:a.png)",
    ):
        assert faults(shape.replace("{}", text), PICTURE) == []


@given(st.lists(st.sampled_from([*EVIL, *HONEST]), min_size=2, max_size=9))
@settings(derandomize=True, deadline=None, max_examples=400)
def test_nothing_acts_together(pieces: list[str]) -> None:
    """Pieces that are harmless alone, and not when they meet."""
    assert faults("".join(pieces), PICTURE) == []


@given(st.text(max_size=200) | st.lists(st.sampled_from(EVIL), max_size=20).map("".join))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_plain_text_is_shown_as_it_is(text: str) -> None:
    """Blank lines, formulas and closing tags stay text, and the result is harmless."""
    shown = plain_text(text)
    exporter: Any = HTMLExporter()
    page = exporter.markdown2html({}, shown)
    assert page.count("<") == 2 and faults(shown, {}) == []
    assert harmless(shown, {}, RELEASED) == shown


def test_long_text_is_not_rendered() -> None:
    """A text beyond the limit is shown plainly, however harmless."""
    text = "a " * MAX_MARKDOWN_CHARACTERS
    assert harmless(text, {}, RELEASED) == plain_text(text)


def test_random_order_changes_nothing() -> None:
    """The same text gives the same result, whatever was judged before."""
    texts = [*HONEST, *EVIL]
    first = {text: harmless(text, PICTURE, RELEASED) for text in texts}
    Random(1).shuffle(texts)
    assert {text: harmless(text, PICTURE, RELEASED) for text in texts} == first
