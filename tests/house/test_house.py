"""The house keeps its own rules: words in both languages, layers, one clock, pinned requirements."""

from __future__ import annotations

import ast
import re
import string
import subprocess
import sys
from pathlib import Path

import pytest

from sheets.schema import alike, condition
from sheets.tables import TABLES
from texts import words

ROOT = Path(__file__).parents[2]
SOURCES = [
    p for room in ("branch", "documents", "jobs", "pages", "rules", "sheets", "texts", "web") for p in sorted((ROOT / room).rglob("*.py"))
]
SOURCES += [ROOT / "cli.py", ROOT / "app.py"]


def test_both_languages_have_the_same_sentences_with_the_same_blanks() -> None:
    zh, en = words("zh"), words("en")
    assert set(zh) ^ set(en) == set()
    names = string.Formatter()
    for code in zh:
        blanks = [{name.split("|")[0] for _, name, _, _ in names.parse(text[code]) if name} for text in (zh, en)]
        named = [{n.removesuffix("_zh").removesuffix("_en") for n in one} for one in blanks]
        assert named[0] == named[1] or code == "mail.date", code  # 11月23日, 23 Nov: a month has a name in English


@pytest.mark.parametrize("room", ["rules", "documents", "sheets", "branch", "texts"])
def test_every_sentence_that_is_asked_for_exists(room: str) -> None:
    known = set(words("zh"))
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and node.args:
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    assert code.value in known, f"{path.name}:{node.lineno} {code.value}"


def test_people_are_they() -> None:
    """Nobody knows who a manager, a leader or a reader is: they, never one of two."""
    gendered = re.compile(r"\b(he|him|his|himself|she|her|hers|herself)\b", re.IGNORECASE)
    files = [*SOURCES, *(ROOT / "texts").glob("*.toml"), *ROOT.glob("*.md")]
    found = [f"{p.name}: {line.strip()}" for p in files for line in p.read_text("utf-8").splitlines() if gendered.search(line)]
    assert found == []


def test_only_the_clock_asks_what_time_it_is() -> None:
    asks = re.compile(r"\bdate\.today\(|datetime\.now\(|datetime\.utcnow\(|Timestamp\.now\(")
    found = [str(p.relative_to(ROOT)) for p in SOURCES if asks.search(p.read_text("utf-8")) and p.name != "clock.py"]
    assert found == []


def test_each_library_is_used_in_its_own_room_only() -> None:
    homes = {
        "sqlalchemy": ("sheets/store/",), "smtplib": ("jobs/post.py",), "schedule": ("jobs/timetable.py",),
        "streamlit": ("app.py", "pages/"), "starlette": ("app.py", "web/"), "gspread": ("sheets/google.py",),
        "apprise": ("jobs/channels.py",), "icalendar": ("branch/feed_events.py",),
    }  # fmt: skip
    for path in SOURCES:
        name = path.relative_to(ROOT).as_posix()
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            roots = (
                [a.name for a in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for root in (r.split(".")[0] for r in roots):
                assert root not in homes or name.startswith(homes[root]), f"{name} imports {root}"


def test_pages_ask_the_branch_and_nobody_else() -> None:
    for path in (ROOT / "pages").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                assert not node.module.startswith(("sheets.store", "rules")), f"{path.name} imports {node.module}"


def test_the_layers_hold() -> None:
    order = {"texts": 0, "sheets": 1, "rules": 2, "documents": 2, "branch": 3, "pages": 4, "web": 4, "jobs": 4}
    for path in SOURCES:
        room = path.relative_to(ROOT).parts[0]
        if room not in order:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            module = node.module if isinstance(node, ast.ImportFrom) else None
            other = (module or "").split(".")[0]
            if other in order and other != room:
                assert order[other] < order[room], f"{path.relative_to(ROOT)} imports {module}"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", "requirements-bench.txt"])
def test_requirements_are_pinned_with_hashes_and_name_no_index(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"(?m)^--(extra-)?index-url", text)
    for block in re.split(r"\n(?=\w)", text):
        if re.match(r"\w", block):
            assert "==" in block.split("\n")[0], block[:60]
            assert "--hash=sha256:" in block, block[:60]


# What a requirement is called when it is imported, where that is not its own name; None: nobody imports it, Python finds it.
IMPORTED = {"psycopg": None, "tzdata": None, "chinesecalendar": "chinese_calendar", "pydantic-settings": "pydantic_settings"}
IMPORTED |= {
    "python-calamine": "python_calamine",
    "css-inline": "css_inline",
    "python-docx": "docx",
    "gspread": None,
}  # gspread: the Google sheet is the next thing to be built


def test_no_requirement_that_nothing_imports() -> None:
    used = {
        name.split(".")[0]
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        for name in ([a.name for a in node.names] if isinstance(node, ast.Import) else [getattr(node, "module", None) or ""])
    } | {"terminal"}
    used |= set(re.findall(r"(?m)^\s*(?:import|from) (\w+)", (ROOT / "terminal.py").read_text("utf-8")))
    for line in (ROOT / "requirements.in").read_text("utf-8").splitlines():
        if found := re.match(r"([a-z][a-z0-9-]*)", line):
            name = IMPORTED.get(found[1], found[1])
            assert name is None or name in used, line


def test_ruff_finds_no_mistakes() -> None:
    """The rules about mistakes; the wide set of pyproject.toml is for whoever edits a file."""
    line = [sys.executable, "-m", "ruff", "check", "--select", "E9,F", "--quiet", "."]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_import_contracts_are_kept() -> None:
    """Layers, and each library in its own room, also through others: pyproject.toml [tool.importlinter]."""
    call = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run([sys.executable, "-c", call, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:]


# Where tables are listed by name, and why; anywhere else a new ledger would have to be entered a second time.
LISTS = {
    "sheets/tables/": "this is where they are written",
    "sheets/demo/": "a sample branch has rows in each",
    "branch/matrix.py": "who may do what, by groups of ledgers",
    "branch/additions.py": "what is written beside a save of some of them",
    "branch/act_fields.py": "the few columns that the form of an act shows first; any other ledger shows its required ones",
    "branch/checks/acts.py": "steps and signatures that only some of them know",
    "sheets/files/wide.py": "one sheet of customers, in which columns of other ledgers stand",
    "pages/customer.py": "the tabs of one page, which bear the names of ledgers",
}


def _listed(node: ast.AST) -> set[str]:
    """The tables that a literal lists: as keys, or as the first words of its rows."""
    if isinstance(node, ast.Dict):
        named = [word for key in node.keys for word in (key.elts if isinstance(key, ast.Tuple) else [key])]
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        named = [one.elts[0] for one in node.elts if isinstance(one, ast.Tuple) and one.elts]
    else:
        return set()
    return {one.value for one in named if isinstance(one, ast.Constant) and isinstance(one.value, str)} & set(TABLES)


def test_a_table_says_everything_about_itself_and_no_other_file_lists_tables() -> None:
    """Adding a ledger touches sheets/tables (and who may use it, branch/matrix.py): design §2."""
    found = {
        path.relative_to(ROOT).as_posix()
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if len(_listed(node)) >= 5
    }
    assert [name for name in found if not name.startswith(tuple(LISTS))] == []
    assert [place for place in LISTS if place != "sheets/tables/" and not any(name.startswith(place) for name in found)] == []


def test_what_tables_say_about_themselves_is_true() -> None:
    for table in TABLES.values():
        keys = {column.key: column for column in table.columns}
        assert not table.parent or keys[table.parent].ref in TABLES, table.key
        assert all(keys[key].kind == "staff" for key in table.owners), table.key
        assert {*table.called, *(key for way in table.natural for key in way)} <= set(keys), table.key
        assert not table.one or {*alike(table.one)[0], *alike(table.one)[1]} <= set(keys), table.key
        assert not table.number or table.number.format(1, day="20261126", year=2026).endswith("1"), table.key
        for column in table.columns:
            days = {"date", "datetime"}
            assert not column.fact or column.kind in days, (table.key, column.key)
            assert not column.after or {column.kind, keys[column.after].kind} <= days, (table.key, column.key)
            assert not column.required_when or condition(column.required_when)[0] in keys, (table.key, column.key)
