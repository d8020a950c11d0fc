"""nbgrader's pages show what honest students write, and only so much of what others do."""

from __future__ import annotations

import pytest
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML

from autograder.intake.files import Cell
from autograder.nbgrader_plugs import page_limits as limits
from autograder.nbgrader_plugs.markdown import Released
from autograder.nbgrader_plugs.page_limits import Page

RELEASED = Released(("# Question\n" + "long " * 10_000,))


def test_honest_cells_stay_as_they_are() -> None:
    """Trailing blanks and long lines included, and the question however long it is."""
    page = Page(RELEASED)
    code = "x = 1   \n\n" + "y = '" + "a" * 3_000 + "'\n"
    assert page.code(code) == code
    assert page.markdown("two  \nlines", {}) == "two  \nlines"
    assert page.markdown(RELEASED.texts[0], {}) == RELEASED.texts[0]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_long_cells_are_cut_and_say_so(language: str) -> None:
    """The end of the cell names how much is missing, and where all of it is."""
    shown = Page(RELEASED, language).code("x=1\n" * 20_000)
    assert len(shown) < limits.MAX_CELL_CHARACTERS + 200 and "22500" in shown.rsplit("\n", 1)[1]
    shown = Page(RELEASED, language).code("x=1\n" * 2_000 + "y" * 3_000)
    assert "1000" in shown.rsplit("\n", 1)[1]
    text = Page(RELEASED, language).markdown("word " * 20_000, {})
    assert text.startswith("<pre") and "50000" in text.rsplit("\n", 1)[1]


def test_long_code_keeps_its_lines() -> None:
    """Only what is blank at their ends goes; a long paragraph stays as it is."""
    page = Page(RELEASED)
    assert page.code("x = 1  \n\t\n" * 1_000) == "x = 1\n\n" * 1_000
    assert page.markdown("word " * 2_000, {}) == "word " * 2_000


def test_a_page_has_room_for_so_much() -> None:
    """After many long cells, nothing more is shown, and after much Markdown none is rendered any more."""
    page = Page(RELEASED)
    assert sum(len(page.code("x = 1\n" * 8_000)) for _ in range(50)) < limits.MAX_PAGE_CHARACTERS + 50 * 200
    assert "2" in page.code("xy") and page.code("") == ""
    page = Page(RELEASED)
    shown = [page.markdown("*a* " * 4_000, {}) for _ in range(10)]
    assert [text.startswith("<pre") for text in shown] == [False] * 6 + [True] * 4


def test_pictures_have_room_too() -> None:
    """What is too much is left out; the text names it then."""
    page = Page(RELEASED)
    cell = Cell("markdown", "", attachments={f"{n}.png": {"image/png": "iVBO" * 2**21} for n in range(6)})
    kept = page.pictures(cell)
    assert list(kept) == ["0.png", "1.png", "2.png", "3.png"]
    assert page.markdown("![x](attachment:5.png)", kept) == "!&#91;x](attachment:5.png)"


@pytest.mark.parametrize(
    "unit", [" \n", "\n", "a.", "(", "[a](", "$$ a\n", "\\begin{a}", "<!--", "*_", "> ", "`", "\\\\(", "&#", "f'{"]
)
def test_a_page_is_made_in_one_go(unit: str) -> None:
    """Renderers and highlighters take quadratic time on these: without the limits this would take hours."""
    page = Page(RELEASED)
    source = unit * (1_000_000 // len(unit))
    for start, end in (("", ""), ("match ", "x"), ("a", "b"), ("```python\n", "\n```"), ('```r\n"', "")):
        code, text = page.code(start + source + end), page.markdown(start + source[:19_000] + end, {})
        assert len(code) <= limits.MAX_CELL_CHARACTERS + 200  # and the sentence that it was cut
        assert "highlight" in Highlight2HTML()(code, language="python")
        exporter = HTMLExporter()
        assert exporter.markdown2html({}, text) is not None  # type: ignore[arg-type]  # a dict is a Context here
