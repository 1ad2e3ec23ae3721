"""Rules are picked and read back as sentences; what cannot stand is refused under the field where it was picked."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from branch import clock, drafts
from branch.branch import Branch
from rules import rulebook
from tests.pages.conftest import Open, said

NEW = "rule.new."


def start(opened: Open, here: Branch, person: str, verb: str = "deadline") -> AppTest:
    drafts.drop(here, person, NEW)  # what the last test left half done
    at = opened(person, "rules")
    at.toggle(key="rules.adding").set_value(True).run()
    if verb != "deadline":
        at.session_state[f"{NEW}.verb"] = verb
        at.run()
    assert not at.exception
    return at


def pick(at: AppTest, **cells: object) -> AppTest:
    """Picks cell by cell, in order: "ladder__0__roles" is the widget ".ladder.0.roles"."""
    for cell, value in cells.items():
        key = f"{NEW}.{cell.replace('__', '.')}"
        if key.endswith(".more"):
            at.button(key=key).click().run()
        else:
            widgets = (*at.selectbox, *at.multiselect, *at.text_input, *at.text_area, *at.number_input)
            found = [one for one in widgets if one.key == key]
            assert found, (key, [one.key for one in widgets])
            widget = found[0]
            widget.set_value(value).run()
        assert not at.exception, cell
    return at


def save(at: AppTest) -> AppTest:
    found = next(one for one in at.button if str(one.key).startswith(f"{NEW}.save."))
    found.click().run()
    assert not at.exception
    return at


def faults(at: AppTest) -> str:
    return "\n".join(str(one.value) for one in at.caption if ":red[" in str(one.value)).replace("\\", "")


LOANS = {"name_zh": "贷款临期核实", "subject": "loans", "date": "matures_on", "lead__number": 30, "roles": ["customer_manager"]}


def rule(here: Branch, key: str) -> dict[str, str]:
    frame = here.book().frame("rules")
    [row] = frame[frame["id"] == key].to_dict("records")
    return rulebook.as_text({str(column): value for column, value in row.items()})


def test_everybody_reads_the_rules_as_sentences_and_only_two_may_write(opened: Open) -> None:
    for person in ("CM1", "TL1", "CR1", "VW1", "BL1", "ADM"):
        at = opened(person, "rules", row="R32")
        assert not at.exception
        assert "由客户经理负责" in said(at)
        assert bool([one for one in at.toggle if one.key == "rules.adding"]) == (person in {"BL1", "ADM"})
        assert any("copy" in str(one.key) for one in at.button) == (person in {"BL1", "ADM"})


def test_an_administrator_drafts_by_picks_and_a_leader_puts_it_into_force(opened: Open, here: Branch) -> None:
    at = pick(start(opened, here, "ADM"), **LOANS, remind=["7d"], ladder__more=1, ladder__0__number=1, ladder__0__unit="d")
    pick(at, ladder__0__roles=["team_leader"], where__more=1, where__0__path="risk_class", where__0__op="is", where__0__value=["normal"])
    pick(at, done=["notice_on"], text_zh="{借据号}将于{起算日}到期|{借据号}已过期")
    assert "「到期日」前30天" in said(at)
    save(at)
    assert faults(at) == ""
    made = rule(here, "B01")
    assert (made["enabled"], made["where"], made["ladder"], made["done"], made["lead"]) == (
        "no", "risk_class=normal", "+1d team_leader", "notice_on", "30d",
    )  # fmt: skip
    assert made["text_zh"] == "{id}将于{anchor}到期|{id}已过期"
    at = opened("BL1", "rules", row="B01")
    next(one for one in at.button if one.label == "启用").click().run()
    assert not at.exception
    assert "B01" in {one.id for one in here.look(clock.now()).rules}


@pytest.mark.parametrize(
    ("verb", "cells", "cell", "told"),
    [
        ("deadline", {"name_zh": "甲"}, "subject", "必须填写"),
        ("deadline", LOANS | {"name_zh": ""}, "name_zh", "必须填写"),
        ("deadline", LOANS | {"date": None}, "date", "必须填写"),
        ("deadline", LOANS | {"roles": []}, "roles", "由谁负责"),
        ("deadline", LOANS | {"where__more": 1, "where__0__path": "balance", "where__0__value": "很多"}, "where", "不完整"),
        ("deadline", LOANS | {"ladder__more": 1, "ladder__0__number": 1}, "ladder", "告知谁"),
        ("deadline", LOANS | {"text_zh": "{没有的栏目}到期"}, "text_zh", "没有的栏目"),
        ("deadline", LOANS | {"text_zh": "一|二|三"}, "text_zh", "竖线"),
        ("cadence", {"name_zh": "甲", "subject": "loans", "event": "interest_checks", "date": "checked_on", "due": "drawn_on", "roles": ["customer_manager"]},
         "window", "必须填写"),
        ("response", {"name_zh": "甲", "subject": "loans", "date": "drawn_on", "due__number": 3, "roles": ["customer_manager"], "event": "interest_checks"},
         "done", "必须填写"),
    ],
    ids=["ledger", "name", "date", "who", "condition", "ladder", "blank", "bars", "window", "end"],
)  # fmt: skip
def test_what_cannot_stand_is_refused_under_its_field(
    opened: Open, here: Branch, verb: str, cells: dict[str, object], cell: str, told: str
) -> None:
    before = len(here.book().frame("rules"))
    at = save(pick(start(opened, here, "BL1", verb), **cells))
    assert told in faults(at)
    assert [cell] == list(at.session_state[f"{NEW}.errors"])
    assert len(here.book().frame("rules")) == before


def test_a_rule_in_force_is_the_pattern_of_a_new_draft_that_says_the_same(opened: Open, here: Branch) -> None:
    pattern, before = rule(here, "R32"), set(here.book().frame("rules")["id"].astype("str"))
    drafts.drop(here, "ADM", f"{NEW}R32")
    at = opened("ADM", "rules", row="R32")
    assert "以此为样本新建" in [one.label for one in at.button]
    at.button(key="rule.R32.copy").click().run()
    assert not at.exception
    name = next(one for one in at.text_input if one.key == f"{NEW}R32.name_zh")
    name.set_value("另一条").run()
    next(one for one in at.button if str(one.key).startswith(f"{NEW}R32.save.")).click().run()
    assert not at.exception
    [made] = set(here.book().frame("rules")["id"].astype("str")) - before
    kept = {"id", "enabled", "name_zh", "rev", "updated_at", "updated_by"}
    assert {key: text for key, text in rule(here, made).items() if key not in kept} == {
        key: text for key, text in pattern.items() if key not in kept
    }
    assert (rule(here, made)["enabled"], rule(here, made)["name_zh"]) == ("no", "另一条")
    assert rule(here, "R32") == pattern
    assert made not in {one.id for one in here.look(clock.now()).rules}
