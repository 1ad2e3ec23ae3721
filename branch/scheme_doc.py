"""docs/scheme.md and docs/figures.md, made from the data: `python -m branch.scheme_doc` writes them anew."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from rules import figures, rulebook
from rules.clauses import Clause, clauses
from rules.figure import Figure, find
from rules.sentence import sentence
from rules.standing import STANDINGS
from sheets.tables import TABLES
from texts import Lang, say, words

FOLDER = Path(__file__).resolve().parents[1] / "docs"
LANG: tuple[Lang, Lang] = ("zh", "en")


def scheme() -> str:
    """Every clause of the scheme with what answers it; then every rule as it reads itself back."""
    names = {row["id"]: (row["name_zh"], row["name_en"]) for row in rulebook.shipped()}
    head = [
        say("doc.scheme", "zh"),
        "",
        say("doc.scheme", "en"),
        "",
        f"| {say('doc.clause', 'zh')} | | {say('doc.answered', 'zh')} |",
        "|---|---|---|",
    ]
    lines = [_clause(one, names) for one in clauses()]
    found, _ = rulebook.read(pd.DataFrame(rulebook.shipped()), TABLES)
    rules = ["", f"## {say('doc.rules', 'zh')}", "", f"| {say('doc.rule', 'zh')} | {say('doc.means', 'zh')} |", "|---|---|"]
    for rule in found:
        said = "<br>".join(_cell(sentence(rule, lang, TABLES)) for lang in LANG)
        rules.append(f"| {rule.id} {_cell(rule.name('zh'))}<br>{_cell(rule.name('en'))} | {said} |")
    return "\n".join([*head, *lines, *rules]) + "\n"


def _clause(one: Clause, names: Mapping[str, tuple[str, str]]) -> str:
    said = "<br>".join(_answer(kind, name, names) for kind, name in one.by)
    return f"| S{one.number} | {_cell(one.zh)}<br>{_cell(one.en)} | {said} |"


def _answer(kind: str, name: str, names: Mapping[str, tuple[str, str]]) -> str:
    """规则 R11 客户经理上门访问 / Manager's on-site visit."""
    said = " / ".join(dict.fromkeys(_cell(one) for one in _said(kind, name, names)))
    return f"{say(f'doc.by.{kind}', 'zh')} `{name}` {said}"


def _said(kind: str, name: str, names: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    if kind == "rule":
        zh, en = names[name]
        return zh.replace("|", "／"), en.replace("|", " / ")
    table, _, key = name.partition(".")
    match kind:
        case "ledger":
            labelled: tuple[str, str] = (TABLES[name].zh, TABLES[name].en)
        case "column":
            labelled = (f"{TABLES[table].zh}·{TABLES[table][key].zh}", f"{TABLES[table].en} · {TABLES[table][key].en}")
        case "figure":
            labelled = _named(find(table, key))
        case "letter":
            choice = TABLES["letters"]["kind"].choice(name)
            labelled = (choice.zh, choice.en) if choice else ("", "")
        case "page":
            labelled = (say(f"screen.page.{name}", "zh"), say(f"screen.page.{name}", "en"))
        case _:
            labelled = (words("zh")[name], words("en")[name])
    return labelled


def _named(figure: Figure | None) -> tuple[str, str]:
    return ("", "") if figure is None else (figure.zh, figure.en)


def _cell(text: str) -> str:
    return re.sub(r"\{[^{}]*\}", "…", text).replace("|", "／").replace("\n", " ").strip()


def figure_list() -> str:
    """Every figure: of which ledger, what it says, which way is better, whether periods may be added."""
    head = [
        say("doc.figures", "zh"),
        "",
        say("doc.figures", "en"),
        "",
        f"| {say('doc.figure', 'zh')} | {say('doc.of', 'zh')} | {say('doc.means', 'zh')} | {say('doc.time', 'zh')} |",
        "|---|---|---|---|",
    ]
    lines = []
    for one in sorted(figures.FIGURES, key=lambda figure: (figure.ledger, figure.key)):
        time = say("doc.adds" if one.adds else "doc.stands", "zh")
        good = say(f"doc.good_{one.good}", "zh")
        unit = f"（{one.unit}）" if one.unit else ""
        lines.append(
            f"| `{one.key}`<br>{one.zh}{unit}<br>{one.en} | {TABLES[one.ledger].zh} | {_cell(one.help_zh)}<br>{_cell(one.help_en)} "
            f"| {time}，{good}<br>{one.clause} |"
        )
    for standing in STANDINGS.values():
        time, good = say("doc.spans" if standing.spans else "doc.stands", "zh"), say(f"doc.good_{standing.good}", "zh")
        named = f"`{standing.key}`<br>{standing.zh}<br>{standing.en}"
        means = f"{standing.help_zh}<br>{standing.help_en}"
        lines.append(f"| {named} | {say('doc.dues', 'zh')} | {means} | {time}，{good}<br>{standing.clause} |")
    return "\n".join([*head, *lines]) + "\n"


PAGES = {"scheme.md": scheme, "figures.md": figure_list}


def write() -> None:
    for name, make in PAGES.items():
        (FOLDER / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    write()
