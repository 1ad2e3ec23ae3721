"""Google says no, or nothing: each time the right sentence, the edit kept, and written once it is mended."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from branch.sync import connecting
from sheets.google import DRIVE
from sheets.spreadsheet import Away, SheetFault
from tests.sync import test_bad_bank as kept
from tests.sync.conftest import Office
from tests.sync.test_bad_bank import PROBLEMS, codes

bank = kept.bank
Act = Callable[[Office], None]


def _read_only(bank: Office) -> None:
    bank.book.share(bank.api.account_email, "reader")


def _share(bank: Office) -> None:
    bank.book.share(bank.api.account_email)


def _unshare(bank: Office) -> None:
    bank.book.unshare(bank.api.account_email)


def _remove(bank: Office) -> None:
    bank.api.books["gone"] = bank.api.books.pop(bank.book.id)


def _put_back(bank: Office) -> None:
    book = bank.api.books.pop("gone")
    bank.api.books[book.id] = book


def _disable(bank: Office) -> None:
    bank.api.disabled = True


def _enable(bank: Office) -> None:
    bank.api.disabled = False


def _clock_wrong(bank: Office) -> None:
    clock = bank.api.clock
    bank.api.token_clock = lambda: clock() + 600


def _clock_right(bank: Office) -> None:
    bank.api.token_clock = bank.api.clock


def _revoke(bank: Office) -> None:
    bank.api.revoke_keys()


def _new_key(bank: Office) -> None:
    bank.api.tokens.keys.update(kept.kept().keys)


FAULTS: dict[str, tuple[Act, str, str, Act]] = {
    "the sheet is shared read-only": (_read_only, "google.read_only", "编辑者", _share),
    "the sheet is not shared any more": (_unshare, "google.not_shared", "huce@huce-test", _share),
    "the sheet is removed": (_remove, "google.gone", "回收站", _put_back),
    "the Sheets API is switched off": (_disable, "google.disabled", "Google Sheets API", _enable),
    "the clock is ten minutes off": (_clock_wrong, "google.clock", "时钟", _clock_right),
    "the key was revoked": (_revoke, "google.key_refused", "密钥", _new_key),
}


@pytest.mark.parametrize("what", FAULTS)
def test_a_refusal_is_a_sentence_and_the_edit_waits_until_it_is_mended(bank: Office, what: str) -> None:
    breaks, code, words, mends = FAULTS[what]
    breaks(bank)
    bank.save(PROBLEMS, "P03", content="新")
    for _ in range(2):
        before = len(bank.api.log)
        with pytest.raises(SheetFault) as told:
            bank.worker().flush()
        assert told.value.code == code
        assert words in told.value.say("zh")
        assert told.value.say("en")
        assert len(bank.api.log) - before <= 3, "no loop: a token, a look, a write"
    assert bank.worker().waiting() == 1
    assert bank.value(PROBLEMS, "P03", "content") == "新"

    mends(bank)
    bank.sync()
    assert bank.shown(PROBLEMS, "P03", "content") == "新"
    assert bank.worker().waiting() == 0


@pytest.mark.parametrize("what", ["the sheet is not shared any more", "the key was revoked"])
def test_people_in_the_portal_notice_nothing_of_a_refusal(bank: Office, what: str) -> None:
    FAULTS[what][0](bank)
    for number in range(3):
        bank.save(PROBLEMS, "P03", content=f"第{number}次")
    assert bank.value(PROBLEMS, "P03", "content") == "第2次"
    FAULTS[what][3](bank)


def test_a_token_that_ran_out_is_renewed_and_nobody_notices(bank: Office) -> None:
    worker = bank.worker()
    worker.pull()
    bank.api.expire_tokens()
    bank.save(PROBLEMS, "P03", content="新")
    worker.flush()
    assert bank.shown(PROBLEMS, "P03", "content") == "新"


KEYS = {
    "no JSON": ("{", "google.key_bad"),
    "an empty file": ("", "google.key_bad"),
    "of another kind": (json.dumps({"installed": {"client_id": "x"}}), "google.key_kind"),
    "a list": ("[]", "google.key_kind"),
    "without a key in it": (json.dumps({"type": "service_account", "client_email": "a@b.c", "token_uri": "https://x"}), "google.key_bad"),
    "with half a key in it": (
        json.dumps({
            "type": "service_account", "client_email": "a@b.c", "token_uri": "https://x", "private_key": "-----BEGIN PRIVATE KEY-----\nMII",
        }),
        "google.key_bad",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", KEYS)
def test_a_key_file_that_is_none_is_told_before_google_is_asked(bank: Office, what: str) -> None:
    text, code = KEYS[what]
    place = bank.branch.settings.home / "wrong.json"
    place.write_text(text, "utf-8")
    before = len(bank.api.log)
    with pytest.raises(SheetFault) as told:
        connecting.open_sheet(bank.branch, bank.link, place)
    assert told.value.code == code
    assert told.value.say("zh")
    assert len(bank.api.log) == before


def test_a_key_file_that_is_not_there_is_told_with_its_place(bank: Office) -> None:
    with pytest.raises(SheetFault) as told:
        connecting.open_sheet(bank.branch, bank.link, bank.branch.settings.home / "nowhere.json")
    assert told.value.code == "google.key_missing"
    assert "nowhere.json" in told.value.say("zh")


def test_a_service_account_owns_no_files_and_is_told_so_at_once(bank: Office) -> None:
    sheet = bank.worker().sheet
    before = len(bank.api.log)
    with pytest.raises(SheetFault) as told:
        sheet._ask("drive", "post", f"{DRIVE}/drive/v3/files", json={"name": "新表格"})
    assert told.value.code == "google.storage"
    assert not told.value.wait, "it does not pass by itself"
    assert [one.kind for one in bank.api.log[before:]].count("drive") == 1, "not tried again"


# --- busy, and not there --------------------------------------------------------------------------------------------------


def test_google_is_busy_for_a_while(bank: Office) -> None:
    bank.api.fail(1, kind="read", how="429", times=3)
    bank.save(PROBLEMS, "P03", content="新")
    for _ in range(3):
        before = len(bank.api.log)
        with pytest.raises(Away) as told:
            bank.worker().flush()
        assert (told.value.code, told.value.wait) == ("google.busy", True)
        assert len(bank.api.log) - before <= 2, "asked once, and not again at once"
    assert bank.value(PROBLEMS, "P03", "content") == "新"
    bank.sync()
    assert bank.shown(PROBLEMS, "P03", "content") == "新"


def test_the_minutes_quota_is_used_up_by_somebody_else(bank: Office) -> None:
    bank.api.reads_per_minute = 0
    with pytest.raises(Away) as told:
        bank.worker().pull()
    assert told.value.code == "google.busy"


UNSURE = ["429", "503 before", "503 after", "cut before", "cut after", "truncated"]


@pytest.mark.parametrize("how", UNSURE)
def test_a_write_that_went_wrong_is_there_once_afterwards(bank: Office, how: str) -> None:
    bank.save(PROBLEMS, "P03", content="新")
    bank.save(PROBLEMS, "N1", customer="C1", content="新问题", raised_on=bank.clock[0].date(), owner="CM1", area="other")
    bank.api.fail(1, kind="write", how=how)
    try:
        bank.sync()
    except Away:
        bank.sync()
    bank.sync()
    now = kept.person(bank)
    assert [row["内容"] for row in now["P03"]] == ["新"]
    assert [row["内容"] for row in now["N1"]] == ["新问题"], "once, whether the first write was done or not"
    assert codes(bank) == []
    assert bank.worker().waiting() == 0


@pytest.mark.parametrize("how", ["503 before", "cut before", "truncated"])
def test_a_look_that_went_wrong_changes_nothing(bank: Office, how: str) -> None:
    ledger = bank.branch.book().frame(PROBLEMS)
    bank.api.fail(1, kind="read", how=how)
    with pytest.raises(Away) as told:
        bank.worker().pull()
    assert told.value.code == "google.away"
    assert bank.branch.book().frame(PROBLEMS).equals(ledger)
    assert codes(bank) == []


def test_a_line_that_is_dead_is_told_and_nothing_is_lost(bank: Office) -> None:
    settings = bank.branch.settings
    nowhere = settings.google.model_copy(update={"api_url": "http://127.0.0.1:9"})
    bank.branch.settings = settings.model_copy(update={"google": nowhere})
    bank.save(PROBLEMS, "P03", content="新")
    with pytest.raises(Away) as told:
        bank.worker().flush()
    assert told.value.code == "google.away"
    bank.branch.settings = settings
    bank.sync()
    assert bank.shown(PROBLEMS, "P03", "content") == "新"
