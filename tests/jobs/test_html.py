"""The HTML of a mail is built for the programs that read least of it: Outlook, QQ and 163 mail, a phone."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from jobs.scan import run as scan
from tests.jobs.test_digest import mail, two_lines
from tests.jobs.world import at


class Seen(HTMLParser):
    """Every element with its attributes, and how its own style reads."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))


@pytest.fixture
def html(branch) -> str:
    two_lines(branch)
    scan(branch, at("2026-11-10 08:30"))
    found: str = mail(branch, "digest|M1|2026-11-10")["html"]
    return found


def styles(html: str, *tags: str) -> list[str]:
    seen = Seen()
    seen.feed(html)
    return [attrs.get("style", "") for tag, attrs in seen.elements if tag in tags]


def test_tables_carry_their_widths_as_attributes_and_nothing_relies_on_boxes(html: str) -> None:
    seen = Seen()
    seen.feed(html)
    tables = [attrs for tag, attrs in seen.elements if tag == "table"]
    assert len(tables) >= 3
    assert all({"border", "cellpadding", "cellspacing"} <= set(attrs) and attrs["role"] == "presentation" for attrs in tables)
    assert [attrs.get("width") for attrs in tables[:2]] == ["100%", "100%"]
    assert not {"div", "p", "h1", "h2", "style", "img", "link", "script"} & {tag for tag, _ in seen.elements}
    for word in ("max-width", "inline-block", "margin:", "float", "position", "flex"):
        assert word not in html.replace("margin: 0", "").replace("margin:0", ""), word
    assert '<!--[if mso]><table role="presentation" width="640"' in html, "Outlook gets a fixed width"


def test_padding_stands_on_cells_and_never_on_links(html: str) -> None:
    assert any("padding" in style for style in styles(html, "td"))
    assert styles(html, "a")
    assert not [style for style in styles(html, "a", "span", "table") if "padding" in style]


def test_every_style_is_inline_and_colours_are_attributes_too(html: str) -> None:
    assert "<style" not in html
    assert all(style for style in styles(html, "td", "a") if style is not None)
    assert html.count("bgcolor=") >= 5
    assert "http://127.0.0.1:8501/today" in html
