"""The frame of the screen: every page guarded, none with a query or raw HTML of data, every word in both languages."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from pages.parts.screens import GROUPS, SCREENS
from pages.parts.style import RULES
from pages.parts.words import literal
from texts import words

ROOT = Path(__file__).parents[2]
PAGES = sorted(path for path in (ROOT / "pages").glob("*.py") if path.name != "__init__.py")
PARTS = sorted((ROOT / "pages").rglob("*.py"))
ids = {"ids": lambda path: path.stem}


@pytest.mark.parametrize("path", PAGES, **ids)
def test_a_page_asks_who_is_there_before_it_does_anything_else(path: Path) -> None:
    body = ast.parse(path.read_text("utf-8")).body[1:]  # after the docstring
    [*inside] = (node.body for node in body if isinstance(node, ast.FunctionDef) and node.name == "draw" and path.name == "main.py")
    idle = ast.Import | ast.ImportFrom | ast.FunctionDef | ast.ClassDef  # what only says, and does nothing yet
    acts = [node for node in (inside[0] if inside else body) if not isinstance(node, idle)]
    asks = next(n for n, node in enumerate(acts) if "require(" in ast.unparse(node))
    before = " ".join(ast.unparse(node) for node in acts[:asks])
    assert not re.search(r"desk|branch\(|accounts|st\.(?!set_page_config)", before)


@pytest.mark.parametrize("path", [p for p in PAGES if p.name != "main.py"], **ids)
def test_a_page_without_an_entry_in_the_matrix_cannot_be(path: Path) -> None:
    assert f'require("{path.stem}")' in path.read_text("utf-8")
    assert SCREENS[path.stem].group in GROUPS


def test_every_entry_of_the_matrix_has_its_page() -> None:
    assert {screen.file for screen in SCREENS.values()} == {p.name for p in PAGES} - {"main.py"}


def test_no_pages_folder_lies_beside_the_first_script() -> None:
    """Streamlit would serve what lies there to anybody, before our first line has run."""
    assert not (ROOT / "pages" / "pages").exists()


@pytest.mark.parametrize("path", PARTS, **ids)
def test_no_page_lets_data_be_html(path: Path) -> None:
    """st.html is for fixed text of our own: a constant, or a name of this file that holds one."""
    tree = ast.parse(path.read_text("utf-8"))
    assert "unsafe_allow_html" not in path.read_text("utf-8")
    constants = {
        t.id
        for n in tree.body
        if isinstance(n, ast.Assign) and isinstance(n.value, ast.Constant)
        for t in n.targets
        if isinstance(t, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "st.html":
            shown = node.args[0]
            assert isinstance(shown, ast.Constant) or (isinstance(shown, ast.Name) and shown.id in constants)


def asked_for() -> list[str]:
    """Every sentence a page or a plain route names outright."""
    found = []
    for path in [*PARTS, *(ROOT / "web").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called, first = ast.unparse(node.func), node.args[-1 if ast.unparse(node.func).endswith("empty") else 0]
            if called.endswith("empty") and len(node.args) > 1:
                first = node.args[1]
            if not isinstance(first, ast.Constant) or not isinstance(first.value, str):
                continue
            if called in {"say", "Fault"}:
                found.append(first.value)
            elif called.endswith((".words", ".plainly", "listing.empty")) or called in {"words", "plainly"}:
                found.append(f"screen.{first.value}")
    for path in (ROOT / "web" / "templates").glob("*.html"):
        found += [f"screen.{code}" for code in re.findall(r'say\("([a-z_.]+)"', path.read_text("utf-8"))]
    return sorted(set(found))


def test_every_sentence_of_the_screen_exists_in_both_languages() -> None:
    codes = asked_for()
    assert len(codes) > 100
    assert [code for code in codes if code not in words("zh")] == []
    assert [code for code in codes if code not in words("en")] == []


@pytest.mark.parametrize(
    "typed",
    ["$x^2$", "[点我](http://evil.example)", ":red[警告]", "![图](http://evil.example/a.png)", "<script>alert(1)</script>",
     "**粗**", "# 标题", "`代码`", ":material/home:", "a|b", "https://evil.example", "~~划~~"],
)  # fmt: skip
def test_data_in_a_label_keeps_every_mark(typed: str) -> None:
    """Each mark stands behind a backslash, and an address is broken by a character without width."""
    shown = literal(typed)
    assert re.sub(r"\\(.)", r"\1", shown).replace("\u2060", "") == typed
    assert not re.search(r"(?<!\\)[\[\]()$:<>*#`!|~]", shown)


def test_a_label_is_one_line() -> None:
    assert "\n" not in literal("第一行\n# 第二行")


def test_the_ground_of_a_band_is_that_of_the_page() -> None:
    """Bands that lie over the page have its colour, light and dark: the palette is that of the theme."""
    config = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    light, dark = (config[shade]["backgroundColor"] for shade in ("light", "dark"))
    assert f"--huce-ground: light-dark({light}, {dark})" in RULES
