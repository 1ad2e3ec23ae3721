"""The Google sheet on the screen: connecting, both sides compared, what is told about it, and the state of a save; for every role."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from branch import accounts, clock, drafts, settings
from branch.branch import Branch
from branch.opening import create
from branch.people import SYSTEM
from branch.sync import connecting, credentials
from branch.sync.worker import Worker
from pages.parts import errand, guard, house, waiting
from pages.parts.screens import ALL
from sheets.schema import Edit
from sheets.sync.state import Note
from tests.pages.conftest import PERSON, ROOT, Open, said
from tests.sheets_api.server import SheetsApi

CELL = ("customers", "C1", "main_business")


@pytest.fixture
def api() -> Iterator[SheetsApi]:
    with SheetsApi() as found:
        yield found


@pytest.fixture
def here(made: Path, tmp_path: Path, api: SheetsApi, monkeypatch: pytest.MonkeyPatch) -> Branch:
    """A branch for each test, with the hosts of our own server set; nothing is connected yet."""
    home = Path(shutil.copytree(made, tmp_path / "home"))
    settings.save(home, {"google": {"api_url": api.url, "drive_url": api.url}})
    monkeypatch.setenv("HUCE_HOME", str(home))
    monkeypatch.delenv(credentials.VARIABLE, raising=False)
    monkeypatch.setattr(Path, "home", lambda: tmp_path / "nobody")
    return house.branch()


@pytest.fixture
def link(api: SheetsApi) -> str:
    return api.create("支行台账", share=[api.account_email])


def put_key(here: Branch, api: SheetsApi) -> None:
    api.key_file(here.settings.home / credentials.KEY)


def join(here: Branch, api: SheetsApi, link: str) -> None:
    put_key(here, api)
    connecting.connect(here, connecting.open_sheet(here, link))


def worker(here: Branch) -> Worker:
    return Worker(here, connecting.open_sheet(here), here.store.agreed(), clock.now)


def sync(here: Branch) -> None:
    there = worker(here)
    there.flush()
    there.pull()
    there.flush()


def put(here: Branch, table: str, row: str, **after: object) -> None:
    there = here.store.row(table, row) or {}
    here.write([Edit(table, row, {key: there.get(key) for key in after}, after)], SYSTEM, "portal", clock.now())


def type_(here: Branch, api: SheetsApi, link: str, table: str, row: str, column: str, text: str) -> None:
    """A person types into the sheet."""
    found = here.store.agreed()
    tab, base = found.tabs[table], found.bases[table][row]
    letters = here.remembered().place(table, row, column).rpartition("!")[2]  # type: ignore[union-attr]
    assert base
    api.book(link).type(tab.title, letters, text)


def disagree(here: Branch, api: SheetsApi, link: str) -> None:
    put(here, *CELL[:2], main_business="化工")
    type_(here, api, link, *CELL, "纺织")
    sync(here)


def setup(opened: Open, lang: str = "zh") -> AppTest:
    at = opened("ADM", "settings", lang=lang)
    at.session_state["setup.part"] = "google"
    return at.run()


def ended(here: Branch, at: AppTest) -> AppTest:
    """The page after what it had started has come to its end."""
    found = errand.newest(here.settings.home)
    assert found is not None
    assert found.ended.wait(30)
    return at.run()


def click(at: AppTest, key: str) -> AppTest:
    return at.button(key=key).click().run()


# ------------------------------------------------------------------ before it is connected


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_before_anything_is_connected_the_page_warns_and_asks_for_a_key(opened: Open, lang: str) -> None:
    at = setup(opened, lang)
    assert not at.exception
    assert ("境外" if lang == "zh" else "abroad") in said(at)
    assert [box.value for box in at.checkbox] == [True, False, False]


def test_a_mask_that_is_ticked_is_kept(opened: Open, here: Branch) -> None:
    at = setup(opened)
    at.checkbox(key="google.mask_balances").check().run()
    assert (here.settings.google.mask_balances, settings.load(here.settings.home).google.mask_balances) == (True, True)


def test_a_dropped_key_is_kept_for_its_owner_alone_and_names_whom_to_share_with(
    opened: Open, here: Branch, api: SheetsApi, tmp_path: Path
) -> None:
    text = api.key_file(tmp_path / "key.json").read_bytes()
    at = setup(opened)
    at.file_uploader(key="google.key.0").upload("key.json", text, "application/json").run()
    kept = here.settings.home / credentials.KEY
    assert kept.stat().st_mode & 0o777 == 0o600
    assert api.account_email in [one.value for one in at.code]
    assert str(kept) in said(at)


def test_a_file_that_is_no_key_is_not_kept(opened: Open, here: Branch) -> None:
    at = setup(opened)
    for number, text in enumerate((b"\xff\xfe", b"[1]", b'{"type": "authorized_user"}')):
        at.file_uploader(key=f"google.key.{number}").upload("key.json", text, "application/json").run()
        assert not at.exception
        assert at.info
    assert not (here.settings.home / credentials.KEY).exists()


def tried(opened: Open, here: Branch, link: str) -> str:
    at = setup(opened)
    at.text_input(key="google.link").set_value(link).run()
    at = ended(here, click(at, "google.try"))
    assert not at.exception
    return said(at)


def signs(text: str) -> str:
    """✓ and ✗ and ○ of the steps, in their order, without the one beside the key."""
    return "".join(c for c in text.replace(":green[✓] 正在使用", "").replace(":gray[○] 还没有", "") if c in "✓✗○")


@pytest.mark.parametrize(
    ("wrong", "steps", "mend"),
    [
        ("nothing", "✓✓✓✓✓✓", ""),
        ("no key", "✗○○○○○", "还没有密钥"),
        ("away", "✓✗○○○○", "暂时连不上"),
        ("clock", "✓✓✗○○○", "请校准时间"),
        ("revoked", "✓✓✓✗○○", "谷歌不认这个密钥"),
        ("disabled", "✓✓✓✓✗○", "启用 Google Sheets API"),
        ("not shared", "✓✓✓✓✓✗", "表格没有共享给"),
        ("read only", "✓✓✓✓✓✗", "只能查看"),
        ("no link", "✓✓✓✓✓✗", "不是谷歌表格的链接"),
    ],
)
def test_each_step_that_fails_is_told_with_its_mend(
    opened: Open, here: Branch, api: SheetsApi, link: str, monkeypatch: pytest.MonkeyPatch, wrong: str, steps: str, mend: str
) -> None:
    if wrong != "no key":
        put_key(here, api)
    match wrong:
        case "away":
            here.settings = settings.save(here.settings.home, {"google": {"api_url": "http://127.0.0.1:9"}})
        case "clock":
            api.token_clock = lambda: 4_000_000_000.0
        case "revoked":
            api.revoke_keys()
        case "disabled":
            api.disabled = True
        case "not shared":
            link = api.create("别人的")
        case "read only":
            link = api.create("只读")
            api.book(link).share(api.account_email, "reader")
        case "no link":
            link = "随便写的"
    told = tried(opened, here, link)
    assert signs(told) == steps
    assert mend in told


def test_an_empty_sheet_is_connected_by_a_click_and_shows_how_it_fares(opened: Open, here: Branch, api: SheetsApi, link: str) -> None:
    put_key(here, api)
    at = setup(opened)
    at.text_input(key="google.link").set_value(link).run()
    assert drafts.load(here, "ADM", "google.fields").typed == {"link": link}
    at = ended(here, click(at, "google.connect"))
    assert not at.exception
    assert drafts.load(here, "ADM", "google.fields").typed == {}
    assert here.settings.google.spreadsheet
    assert "已接通" in said(at)
    assert "已遮盖" in said(at)
    assert len(api.book(link).cells(here.store.agreed().tabs["customers"].title)) > 1


def test_a_sheet_that_holds_something_is_shown_and_asked_about_first(opened: Open, here: Branch, api: SheetsApi, link: str) -> None:
    put_key(here, api)
    api.book(link).paste("工作表1", "A1", [["行号", "客户名称"], ["1", "甲"]])
    at = setup(opened)
    at.text_input(key="google.link").set_value(link).run()
    at = ended(here, click(at, "google.connect"))
    assert not here.settings.google.spreadsheet
    assert "行号、客户名称" in said(at)
    at = ended(here, click(at, "google.adopt"))
    assert here.settings.google.spreadsheet
    assert api.book(link).cell("工作表1", "B2") == "甲"


# ------------------------------------------------------------------ connected


def test_bringing_in_step_by_a_click_takes_what_was_typed(opened: Open, here: Branch, api: SheetsApi, link: str) -> None:
    join(here, api, link)
    type_(here, api, link, *CELL, "纺织")
    at = ended(here, click(setup(opened), "google.pull"))
    assert not at.exception
    assert "取来 1 行" in said(at)
    assert (here.store.row(*CELL[:2]) or {})["main_business"] == "纺织"


def test_while_the_jobs_are_at_it_the_click_says_so(opened: Open, here: Branch, api: SheetsApi, link: str) -> None:
    join(here, api, link)
    with connecting.at_work(here, "jobs"):
        at = ended(here, click(setup(opened), "google.pull"))
    assert "另一个进程正在与表格核对" in said(at)


def test_a_tab_that_lost_rows_is_paused_and_let_on_by_a_click(opened: Open, here: Branch, api: SheetsApi, link: str) -> None:
    join(here, api, link)
    tab = here.store.agreed().tabs["staff"]
    api.book(link).delete_rows(tab.title, 2, 5)
    worker(here).pull()
    at = setup(opened)
    assert "一次少了 5 行" in said(at)
    at = click(at, "google.allow.staff")
    assert not at.exception
    worker(here).pull()
    assert here.store.agreed().tabs["staff"].paused == ""


def test_what_the_jobs_could_not_do_and_how_many_requests_they_used_is_told(opened: Open, here: Branch, api: SheetsApi, link: str) -> None:
    join(here, api, link)
    found = here.store.agreed()
    found.set_meta(fault="暂时连不上", pulled=clock.now().isoformat(timespec="seconds"), reads="12", writes="3")
    found.save()
    at = setup(opened)
    assert not at.exception
    assert "自动核对遇到问题：暂时连不上" in said(at)
    assert len(at.get("progress")) == 2


def test_disconnecting_leaves_every_row_here(opened: Open, here: Branch, api: SheetsApi, link: str) -> None:
    join(here, api, link)
    rows = len(here.book().frame("customers"))
    at = click(setup(opened), "google.disconnect")
    assert not at.exception
    assert (here.settings.google.spreadsheet, len(here.book().frame("customers"))) == ("", rows)
    assert "已断开" in said(at)


def test_the_part_is_the_administrators_alone(opened: Open, here: Branch, api: SheetsApi, link: str) -> None:
    join(here, api, link)
    assert [role for role in ALL if opened(PERSON[role], "settings").title] == ["admin"]


# ------------------------------------------------------------------ both sides differ


def test_a_conflict_is_shown_to_whoever_may_write_the_row(opened: Open, here: Branch, api: SheetsApi, link: str) -> None:
    join(here, api, link)
    disagree(here, api, link)
    asked = {}
    for role in ALL:
        at = opened(PERSON[role], "issues")
        assert not at.exception, role
        asked[role] = [str(one.key).split(".")[1] for one in at.button if str(one.key).startswith("google.")]
    assert asked == {role: [] for role in ALL} | {"customer_manager": ["mine", "theirs"], "admin": ["mine"]}


def test_a_conflict_is_decided_by_a_click_and_not_asked_again(opened: Open, here: Branch, api: SheetsApi, link: str) -> None:
    join(here, api, link)
    disagree(here, api, link)
    at = click(opened("CM1", "issues"), "google.theirs.customers.C1.main_business")
    assert not at.exception
    assert (here.store.row(*CELL[:2]) or {})["main_business"] == "纺织"
    assert "请选择" not in said(at)


def test_the_administrator_is_told_of_those_that_others_must_answer(opened: Open, here: Branch, api: SheetsApi, link: str) -> None:
    join(here, api, link)
    put(here, "visits", "V1", minutes="甲")
    type_(here, api, link, "visits", "V1", "minutes", "乙")
    sync(here)
    at = setup(opened)
    assert not at.exception
    assert "另有 1 处在您看不到的台账里" in said(at)
    assert "甲" not in [one.value for one in at.text]


def test_a_held_value_is_taken_over_by_a_click(opened: Open, here: Branch, api: SheetsApi, link: str) -> None:
    join(here, api, link)
    type_(here, api, link, "staff", "CM2", "role", "团队长")
    sync(here)
    assert not [one for one in opened("CM1", "issues").button if str(one.key).startswith("google.over")]
    at = click(opened("ADM", "issues"), "google.over.staff.CM2.role")
    assert not at.exception
    assert (here.store.row("staff", "CM2") or {})["role"] == "team_leader"


# ------------------------------------------------------------------ notes are Issues


def note(here: Branch, *notes: Note) -> None:
    found = here.store.agreed()
    for one in notes:
        found.set_notes(one.table, [n for n in notes if n.table == one.table], clock.now())
    found.save()


def test_what_must_be_known_of_a_row_is_told_to_those_who_see_it_without_a_save(
    opened: Open, here: Branch, api: SheetsApi, link: str
) -> None:
    join(here, api, link)
    opened("CM1", "issues")
    copied = Note("loans", "J1", "id", "贷款!A2", "google.copied", {"number": "J1", "cells": "A2、A9"})
    note(here, copied, Note("visits", "", "", "访问记录", "google.brake_header", {"tab": "访问记录"}))
    for role in ALL:
        at = opened(PERSON[role], "issues")
        assert not at.exception, role
        assert ("A2、A9" in said(at)) is (role != "admin"), role
        assert ("找不到表头" in said(at)) is (role == "admin"), role


def test_every_note_has_its_sentence(here: Branch, api: SheetsApi, link: str, opened: Open) -> None:
    join(here, api, link)
    codes = ("copied", "foreign_mark", "removed", "no_title", "refused_row", "held", "deleted_edited", "conflict", "protected", "grid",
             "too_long", "full", "refused", "no_tab", "brake_header", "brake_empty", "brake_id", "brake_rows", "brake_apart")  # fmt: skip
    more = {"number": "C1", "cells": "A2", "label": "名称", "reason": "—", "count": "1"}
    note(here, *(Note("customers", "C1", f"x{n}", "客户!A2", f"google.{code}", more) for n, code in enumerate(codes)))
    at = opened("CM1", "issues", lang="en")
    assert not at.exception
    assert len(at.dataframe[0].value) >= len(codes)


def test_an_unreadable_cell_is_told_with_its_place_in_the_sheet(here: Branch, api: SheetsApi, link: str, opened: Open) -> None:
    join(here, api, link)
    type_(here, api, link, "customers", "C1", "assigned_on", "2026-02-30")
    sync(here)
    at = opened("CM1", "issues")
    place = here.remembered().place("customers", "C1", "assigned_on")  # type: ignore[union-attr]
    assert "!" in place
    assert place in list(at.dataframe[0].value["cell"])


def test_the_private_number_typed_in_the_sheet_is_masked_in_its_note(here: Branch, api: SheetsApi, link: str, opened: Open) -> None:
    join(here, api, link)
    note(here, Note("contacts", "K1", "mobile", "关键人!F2", "google.held", {"typed": "13811112222", "label": "手机"}))
    at = opened("TL1", "issues")
    assert "138****2222" in said(at)
    assert "13811112222" not in said(at)


def test_a_look_is_not_made_anew_while_nothing_is_told(here: Branch, api: SheetsApi, link: str) -> None:
    now = clock.now()
    join(here, api, link)
    first = here.look(now)
    worker(here).pull()
    assert here.look(now) is first
    note(here, Note("customers", "C1", "", "客户", "google.removed", {"number": "C1"}))
    assert here.look(now) is not first


def test_without_a_sheet_the_state_of_one_is_not_asked_for(here: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(here.store), "agreed", lambda _: pytest.fail("it was asked for"))
    assert here.remembered() is None
    assert here.look(clock.now()).issues_of_tabs == []


# ------------------------------------------------------------------ the state of a save


def save_visit_note(at: AppTest) -> AppTest:
    at.text_area(key="row.visits.V1.minutes").set_value("谈了扩产").run()
    key = next(str(one.key) for one in at.button if str(one.key).startswith("row.visits.V1.save."))
    return click(at, key)


def badge(at: AppTest) -> str:
    told = "\n".join(str(one.value) for one in at.markdown)
    return next((text for text in ("已保存，待核对", "已保存（表格已核对）", "等待谷歌", "表格里有不同的内容") if text in told), "")


def test_a_save_is_waited_for_until_the_sheet_has_it(
    opened: Open, here: Branch, api: SheetsApi, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    join(here, api, link)
    ticks = [100.0]
    monkeypatch.setattr(clock, "ticks", lambda: ticks[0])
    at = save_visit_note(opened("CM1", "ledgers", table="visits", row="V1"))
    assert not at.exception
    assert [one.value for one in at.toast] == ["已保存，待核对"]
    assert badge(at) == "已保存，待核对"
    ticks[0] += waiting.PATIENCE + 1
    assert badge(at.run()) == "等待谷歌"
    sync(here)
    assert badge(at.run()) == "已保存（表格已核对）"
    ticks[0] += waiting.TOLD + 1
    assert badge(at.run()) == ""
    assert waiting.WAITS not in at.session_state


def test_a_save_that_the_sheet_contradicts_says_where_to_choose(opened: Open, here: Branch, api: SheetsApi, link: str) -> None:
    join(here, api, link)
    at = save_visit_note(opened("CM1", "ledgers", table="visits", row="V1"))
    type_(here, api, link, "visits", "V1", "minutes", "别的")
    sync(here)
    assert badge(at.run()) == "表格里有不同的内容"


def test_without_a_sheet_a_save_is_saved(opened: Open, here: Branch) -> None:
    at = save_visit_note(opened("CM1", "ledgers", table="visits", row="V1"))
    assert not at.exception
    assert [one.value for one in at.toast] == ["已保存"]
    assert badge(at) == ""


# ------------------------------------------------------------------ an empty branch


@pytest.mark.parametrize("screen", ["settings", "issues", "today"])
def test_an_empty_branch_is_connected_and_opened(
    api: SheetsApi, link: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, screen: str
) -> None:
    home = tmp_path / "empty"
    made = create(home, clock.now(), demo=True, person_picker=True)
    made.store.write([Edit("staff", "ADM", None, {"name": "朱红", "role": "admin", "status": "active"})], "system", "terminal", clock.now())
    made.store.close()
    settings.save(home, {"google": {"api_url": api.url, "drive_url": api.url}})
    monkeypatch.setenv("HUCE_HOME", str(home))
    here = house.branch()
    join(here, api, link)
    token = accounts.pick(here, "ADM", clock.now())
    monkeypatch.setattr(guard, "session_token", lambda: token)
    at = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=30)
    at.session_state["setup.part"] = "google"
    if screen != "today":
        at.switch_page(f"{screen}.py")
    at.run()
    assert not at.exception
    assert not at.error  # no job has run here yet, and there is no customer whose deadline could be missed
