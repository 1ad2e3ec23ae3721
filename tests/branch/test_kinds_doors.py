"""More of each kind of fault that doors had: other crowds, other passwords, other ways on which a colleague's words get out."""

from __future__ import annotations

import hashlib
import re
import warnings
from base64 import b64encode
from pathlib import Path

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from branch import accounts, audit, clock, exchange, exports, passwords, tries
from branch.branch import Branch
from branch.people import SYSTEM
from jobs.scan import run as scan
from sheets.cells import fold
from sheets.files.book import open_book
from sheets.schema import Edit
from tests.branch.rooms import NOW, on_record, who
from tests.pages.test_signin import GOOD, portal
from texts import LANGS, Fault
from web import headers
from web.cookies import FORM

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

THEIRS = ("客户名称C5", "瑞丰化工", "92990000DEM0000142")  # words of customers that CM1 does not keep


# K8: tries are counted where they come from, whatever they say about it


@pytest.fixture
def looked(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that reached the hash; CM1 has one, and a quick hash."""
    quick = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))
    found: list[str] = []
    real = quick.verify
    monkeypatch.setattr(quick, "verify", lambda password, stored: found.append(password) or real(password, stored))
    monkeypatch.setattr(accounts, "_hasher", lambda: quick)
    accounts._nobody.cache_clear()
    accounts.accept(branch, accounts.invite(branch, SYSTEM, "CM1", clock.now()), "修理铺 朱红 柳树", clock.now())
    return found


def knock(branch: Branch, times: int, peer: str, forwarded: str) -> list[int]:
    client = TestClient(portal(branch), base_url="http://127.0.0.1", follow_redirects=False, client=(peer, 40_000))
    client.get("/login")
    send = {"form": client.cookies[FORM], **GOOD, "password": "wrong-wrong"}
    return [client.post("/login", data=send, headers={"x-forwarded-for": forwarded.format(n)}).status_code for n in range(times)]


def test_a_new_forwarded_address_at_every_try_is_no_new_place(branch: Branch, looked: list[str]) -> None:
    assert set(knock(branch, 12, "10.0.0.66", "6.6.6.{}")) == {401}
    assert len(looked) == tries.FREE


def test_behind_a_named_proxy_the_address_that_the_proxy_saw_counts(branch: Branch, looked: list[str]) -> None:
    chosen = branch.settings
    branch.settings = chosen.model_copy(update={"portal": chosen.portal.model_copy(update={"proxies": ("10.1.1.1",)})})
    knock(branch, 12, "10.1.1.1", "6.6.6.{}, 10.0.0.66")
    assert len(looked) == tries.FREE
    assert {told for _, told in on_record(branch, "failed")} == {"source=10.0.0.66"}
    assert accounts.sign_in(branch, "CM1", "修理铺 朱红 柳树", "10.0.0.9", clock.now()), "a colleague behind the same proxy gets in"


@pytest.mark.parametrize("spelt", ["cm1", "CM1 ", "ＣＭ１", "CM1" + "x" * 80])
def test_another_spelling_of_a_name_opens_nothing_and_is_answered_alike(branch: Branch, looked: list[str], spelt: str) -> None:
    with pytest.raises(accounts.SignInRefused) as fault:
        accounts.sign_in(branch, spelt, "修理铺 朱红 柳树", "10.0.0.66", NOW)
    assert fault.value.code == "account.refused"
    assert len(looked) == 1, "it takes as long as for a name that is there"


# K9: what colleagues could guess


@pytest.mark.parametrize(
    "guessed",
    ["Wangchuan2026!", "wangchuan@2026", "望川2026！！！", "13907182936", "139 0718 2936", "+8613907182936", "11010519900307123X",
     "wang.yun2026", "公司业务一部2026", "Spring2026!", "Summer2025!", "2026年加油！", "1234qwer", "!QAZ2wsx"],
)  # fmt: skip
def test_the_branch_the_team_the_telephone_and_the_season_are_no_passwords(guessed: str) -> None:
    own = ("CM1", "王云", "望川支行", "Wangchuan Branch", "13907182936", "wang.yun", "公司业务一部")
    assert passwords.weakness(guessed, own, 2026)


@pytest.mark.parametrize(
    "good", ["望川河边 有 8 棵柳树", "修理铺-朱红-1998", "kR7$mq2!vZ", "tuesday paints 2026 copper owls", "2026秋天去看三棵老银杏"]
)
def test_a_year_in_a_good_password_spoils_nothing(good: str) -> None:
    assert passwords.weakness(good, ("CM1", "王云", "望川支行", "Wangchuan Branch"), 2026) == ""


def test_a_persons_own_number_and_team_are_refused_in_both_languages(branch: Branch) -> None:
    seen = branch.store.row("staff", "CM1")
    branch.store.write(
        [Edit("staff", "CM1", seen, {"phone": "02787654329", "email": "chenjing.wh@bank.example"})], "system", "terminal", NOW
    )
    for guessed in ("02787654329", "chenjing.wh2026", "公司业务一部2026"):
        with pytest.raises(accounts.WeakPassword) as fault:
            accounts.accept(branch, accounts.invite(branch, SYSTEM, "CM1", NOW), guessed, NOW)
        assert all("{" not in fault.value.say(lang) for lang in LANGS)
        assert fault.value.code == "account.own_words", guessed


# K10, screens 4 and 6: no colleague's words, on whichever way


def bring(branch: Branch, tmp_path: Path, table: str, text: str) -> str:
    file = tmp_path / f"{table}.csv"
    file.write_text(text, "utf-8")
    done = exchange.import_file(branch, table, file, NOW, who(branch, "CM1"), dry_run=True)
    return " ".join([*(issue["message"] for issue in done["issues"]), *(reason for row in done["rejected"] for reason in row["reasons"])])


def test_a_file_with_a_colleagues_customer_is_answered_without_a_word_of_theirs(branch: Branch, tmp_path: Path) -> None:
    """By name, by code and by number: the answer repeats what was typed at most, and never what stands there."""
    by_name = bring(branch, tmp_path, "customers", "客户名称\n瑞丰化工有限公司\n")
    by_code = bring(branch, tmp_path, "customers", "id,name,uscc\nKH9,新客户,91990000DEM0000145\n")
    by_number = bring(branch, tmp_path, "customers", "id,address\nC3,新地址\n")
    visit = bring(branch, tmp_path, "visits", "id,customer,kind,mode,visited_on\nvisits-C5,C1,routine,phone,2026-11-20\n")
    for said in (by_name, by_code, by_number, visit):
        assert said
        assert "CM2" not in said
        assert "CM3" not in said
        assert "C5" not in said.replace("visits-C5", "")
    assert "瑞丰" not in by_code + by_number + visit


@pytest.mark.parametrize(("theirs", "nobodys"), [("瑞丰化工有限公司", "没有这家有限公司"), ("C3", "C99")])
def test_a_colleagues_customer_and_one_that_is_not_there_are_answered_alike(
    branch: Branch, tmp_path: Path, theirs: str, nobodys: str
) -> None:
    text = "id,customer,kind,mode,visited_on\nV9,{},routine,phone,2026-11-20\n"
    known, unknown = (bring(branch, tmp_path, "visits", text.format(one)).replace(one, "…") for one in (theirs, nobodys))
    assert known == unknown != ""


def test_a_visit_of_a_file_names_no_opportunity_of_a_colleague(branch: Branch, tmp_path: Path) -> None:
    """As in the portal, where it could not be picked."""
    head = "id,customer,kind,mode,visited_on,participants,minutes,opportunity\nV9,C1,routine,phone,2026-11-20,CM1,谈结算,{}\n"
    known, unknown = (bring(branch, tmp_path, "visits", head.format(one)).replace(one, "…") for one in ("opportunities-C3", "SJ2026-9999"))
    assert known == unknown != ""
    assert bring(branch, tmp_path, "visits", head.format("opportunities-C1")) == ""


def test_two_of_one_name_of_whom_one_is_a_colleagues_are_not_listed_by_number(branch: Branch, tmp_path: Path) -> None:
    both = [("C7", "CM3", "T2"), ("C8", "CM1", "T1")]
    rows = [
        Edit("customers", key, None, {"name": "同名有限公司", "owner": owner, "team": team, "status": "active"})
        for key, owner, team in both
    ]
    branch.store.write(rows, "system", "terminal", NOW)
    said = bring(branch, tmp_path, "visits", "id,customer,kind,mode,visited_on\nV9,同名有限公司,routine,phone,2026-11-20\n")
    assert "C7" not in said
    told = [issue for issue in branch.look(NOW).of(who(branch, "CM1")).issues if issue.code == "check.name_same"]
    assert {str(issue.values["other"]) for issue in told} == {"不在您的范围内"}


def test_everything_a_manager_takes_out_names_no_customer_of_others(branch: Branch, tmp_path: Path) -> None:
    exports.export_csv(branch, tmp_path / "out", NOW, who(branch, "CM1"), reason="月度核对")
    exports.export_book(branch, tmp_path / "all.xlsx", NOW, who(branch, "CM1"), reason="月度核对")
    text = "".join(one.read_text("utf-8-sig") for one in (tmp_path / "out").iterdir())
    assert "启岚" in text
    assert not [word for word in THEIRS if word in text]
    cells = {str(cell) for sheet in open_book((tmp_path / "all.xlsx").read_bytes(), "all").sheets for line in sheet.grid for cell in line}
    assert not [word for word in THEIRS if any(word in cell for cell in cells)]


def test_a_managers_mails_name_no_customer_of_others(branch: Branch) -> None:
    scan(branch, NOW)
    frame = branch.book().frame("outbox")
    mine = frame.loc[frame["staff"] == "CM1", ["subject", "text", "html"]]
    assert len(mine)
    assert not [word for word in THEIRS if word in " ".join(mine.to_numpy().ravel().astype(str))]


@pytest.mark.parametrize(
    ("table", "row"), [("visits", "visits-C5"), ("loans", "loans-C3"), ("contacts", "contacts-C5"), ("visits", "nowhere")]
)
def test_a_foreign_row_and_one_that_is_not_there_get_one_answer_and_the_attempt_is_on_record(branch: Branch, table: str, row: str) -> None:
    cm1 = who(branch, "CM1")
    with pytest.raises(Fault) as fault:
        branch.write([Edit(table, row, {}, {"note": "x"})], cm1, "portal", NOW)
    with pytest.raises(Fault) as read:
        audit.history(branch.store, branch.book(), cm1, table, row)
    assert read.value.code == "access.unknown"
    assert fault.value.code == "access.unknown"
    assert ("CM1", f"{table}/{row}") in on_record(branch, "denied")


@pytest.mark.parametrize("cookie", ["", "huce=made-up", "huce=" + "A" * 43, "huce_known=x; huce_form=y"])
def test_a_line_is_opened_for_nobody_who_has_not_signed_in(branch: Branch, cookie: str) -> None:
    from starlette.websockets import WebSocketDisconnect

    client = TestClient(portal(branch), base_url="http://127.0.0.1")
    with pytest.raises(WebSocketDisconnect) as ended, client.websocket_connect("/_stcore/stream", headers={"cookie": cookie}) as line:
        line.receive_text()
    assert ended.value.code == 1008


# K15


@pytest.mark.parametrize("script", ["alert(1)", " ", "window.prerenderReady = false "])
def test_the_policy_lets_no_script_run_but_the_shells_own(script: str) -> None:
    named = f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
    assert named not in headers.POLICY
    assert "'unsafe-inline'" not in re.findall(r"script-src [^;]*", headers.POLICY)[0]


@pytest.mark.parametrize("sign", ["\u2060", "\u200b", "\ufeff", "\u00ad", "\U000e0020", "\u202e"])
def test_what_nobody_sees_in_a_name_makes_no_other_name(sign: str) -> None:
    assert fold(f"启岚{sign}机械") == fold("启岚机械")
