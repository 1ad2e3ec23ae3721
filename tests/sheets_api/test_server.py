"""The server itself: tokens, who may what, quotas, faults, how answers are sent."""

from __future__ import annotations

import gzip
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request

from tests.sheets_api import Refused, SheetsApi
from tests.sheets_api.asking import Asking, credentials
from tests.sheets_api.book import Book

VALUES = "/values/客户!A1:C9"
WRITE = ("PUT", "/values/客户!C2", {"values": [[9]]})


def reason(answer: dict[str, Any]) -> str:
    return str(answer["error"]["details"][-1]["reason"])


# --- tokens -------------------------------------------------------------------------------------------------------------


def test_a_key_file_gives_a_token_that_serves(api: SheetsApi, tmp_path: Path) -> None:
    held = credentials(api, tmp_path)
    held.refresh(Request())
    assert str(held.token).startswith("ya29.")
    key = json.loads((tmp_path / "key.json").read_text("utf-8"))
    assert (key["type"], key["client_email"], key["token_uri"]) == ("service_account", api.account_email, f"{api.url}/token")
    assert [entry.kind for entry in api.log] == ["token"]


@pytest.mark.parametrize("hours", [-2, -0.1, 0.1, 2])
def test_a_clock_that_is_wrong_gets_no_token(api: SheetsApi, tmp_path: Path, hours: float) -> None:
    now = datetime.now(UTC).timestamp()
    api.token_clock = lambda: now + hours * 3600
    with pytest.raises(RefreshError, match=r"Check your iat and exp values in the JWT claim\.") as told:
        credentials(api, tmp_path).refresh(Request())
    assert told.value.args[1]["error"] == "invalid_grant"


def test_a_clock_a_little_wrong_gets_one(api: SheetsApi, tmp_path: Path) -> None:
    now = datetime.now(UTC).timestamp()
    api.token_clock = lambda: now + 120
    credentials(api, tmp_path).refresh(Request())


def test_a_key_that_was_taken_back_gets_no_token(api: SheetsApi, tmp_path: Path) -> None:
    held = credentials(api, tmp_path)
    api.revoke_keys()
    with pytest.raises(RefreshError, match=r"Invalid JWT Signature\."):
        held.refresh(Request())


def test_a_key_of_somebody_else_gets_no_token(api: SheetsApi, tmp_path: Path) -> None:
    from google.auth import jwt
    from google.auth.crypt import RSASigner

    credentials(api, tmp_path)
    facts = json.loads((tmp_path / "key.json").read_text("utf-8"))
    signed = jwt.encode(RSASigner.from_service_account_info(facts), {"iss": api.account_email}).decode()
    form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": signed[:-8] + "AAAAAAAA"}
    answer = requests.post(f"{api.url}/token", data=form, timeout=5)
    assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})


def test_no_token_an_old_token_and_one_for_something_else(api: SheetsApi, book: Book, ask: Asking) -> None:
    api.expire_tokens()
    status, answer = ask.ask("GET", "")
    assert (status, answer["error"]["status"]) == (401, "UNAUTHENTICATED")
    status, answer = ask.ask("GET", f"/drive/v3/files/{book.id}")
    assert (status, answer["error"]["errors"][0]["reason"]) == (401, "authError")
    reader = Asking(api, book, "https://www.googleapis.com/auth/spreadsheets.readonly")
    assert reader.get(VALUES)["values"][0] == ["编号", "名称", "余额"]
    assert reason(reader.ask(*WRITE, valueInputOption="RAW")[1]) == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


# --- who may what -------------------------------------------------------------------------------------------------------


def test_a_spreadsheet_that_is_not_shared_or_only_for_reading(book: Book, ask: Asking, api: SheetsApi) -> None:
    denied = {"error": {"code": 403, "message": "The caller does not have permission", "status": "PERMISSION_DENIED"}}
    book.share(api.account_email, "reader")
    assert ask.get(VALUES)["values"][1] == ["c1", "甲", "3"]
    assert ask.ask(*WRITE, valueInputOption="RAW") == (403, denied)
    assert ask.ask("POST", ":batchUpdate", {"requests": [{"addSheet": {}}]}) == (403, denied)
    book.unshare(api.account_email)
    assert ask.ask("GET", VALUES) == (403, denied)


def test_a_spreadsheet_that_is_not_there(ask: Asking) -> None:
    status, answer = ask.ask("GET", "/v4/spreadsheets/none")
    assert (status, answer) == (404, {"error": {"code": 404, "message": "Requested entity was not found.", "status": "NOT_FOUND"}})


def test_an_api_that_is_not_switched_on(api: SheetsApi, book: Book, ask: Asking) -> None:
    api.disabled = api.drive_disabled = True
    status, answer = ask.ask("GET", "")
    assert (status, reason(answer)) == (403, "SERVICE_DISABLED")
    assert "Google Sheets API has not been used in project " in answer["error"]["message"]
    assert "before or it is disabled" in answer["error"]["message"]
    status, answer = ask.ask("GET", f"/drive/v3/files/{book.id}")
    assert (status, answer["error"]["errors"][0]["reason"]) == (403, "accessNotConfigured")


# --- quotas -------------------------------------------------------------------------------------------------------------


def test_reads_and_writes_have_quotas_of_their_own_a_minute(api: SheetsApi, ask: Asking) -> None:
    now = [1_772_668_800.0]
    api.clock, api.reads_per_minute, api.writes_per_minute = (lambda: now[0]), 2, 1
    assert [ask.ask("GET", VALUES)[0] for _ in range(3)] == [200, 200, 429]
    assert [ask.ask(*WRITE, valueInputOption="RAW")[0] for _ in range(2)] == [200, 429]
    status, answer = ask.ask("GET", VALUES)
    assert (status, answer["error"]["status"], reason(answer)) == (429, "RESOURCE_EXHAUSTED", "RATE_LIMIT_EXCEEDED")
    assert "'Read requests' and limit 'Read requests per minute per user'" in answer["error"]["message"]
    now[0] += 60
    assert ask.ask("GET", VALUES)[0] == 200


# --- faults -------------------------------------------------------------------------------------------------------------

GONE = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


@pytest.mark.parametrize(
    ("how", "status", "applied"),
    [
        ("429", 429, False), ("503 before", 503, False), ("503 after", 503, True), ("cut before", None, False), ("cut after", None, True),
        ("truncated", None, True), ("late", None, False),
    ],
)  # fmt: skip
def test_a_fault_hits_the_request_it_is_meant_for_once(
    api: SheetsApi, book: Book, ask: Asking, how: str, status: int | None, applied: bool
) -> None:
    api.fail(nth=2, kind="write", how=how)
    ask.put("/values/客户!C2", [[8]])
    ask.get(VALUES)
    if status is None:
        with pytest.raises(GONE):
            ask.ask(*WRITE, valueInputOption="RAW")
    else:
        assert ask.ask(*WRITE, valueInputOption="RAW")[0] == status
    assert book.cell("客户", "C2") == (9 if applied else 8)
    assert api.release_late() == ([200] if how == "late" else [])
    assert book.cell("客户", "C2") == (9 if applied or how == "late" else 8)
    assert ask.put("/values/客户!C2", [[7]])["updatedCells"] == 1
    assert [entry.fault for entry in api.log] == ["", "", how, ""]


def test_faults_by_a_text_in_the_request_and_for_several(api: SheetsApi, ask: Asking) -> None:
    api.fail(how="503 before", times=2, containing="addSheet")
    add = {"requests": [{"addSheet": {"properties": {"title": "回访"}}}]}
    assert [ask.ask("GET", VALUES)[0], *(ask.ask("POST", ":batchUpdate", add)[0] for _ in range(3))] == [200, 503, 503, 200]


def test_a_person_acts_just_before_a_request(api: SheetsApi, book: Book, ask: Asking) -> None:
    api.before(2, lambda: book.sort("客户", "C"), kind="read")
    api.before(1, lambda: book.type("客户", "A9", "谁"), kind="write")
    assert [ask.get("/values/客户!A2")["values"] for _ in range(3)] == [[["c1"]], [["c2"]], [["c2"]]]
    ask.put("/values/客户!B9", [["我"]])
    assert book.cells("客户")[-1] == ["谁", "我"]


def test_an_act_may_ask_the_server_itself(api: SheetsApi, ask: Asking) -> None:
    api.before(1, lambda: ask.put("/values/客户!C2", [[5]]), kind="read")
    assert ask.get("/values/客户!C2")["values"] == [["5"]]


def test_what_goes_wrong_in_an_act_is_not_lost() -> None:
    def act() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError), SheetsApi() as api:  # noqa: PT012  (it is raised where the block ends)
        book = api.book(api.create("台账", share=[api.account_email]))
        asking = Asking(api, book)
        api.before(1, act)
        assert asking.ask("GET", "")[0] == 500


def test_writes_at_the_same_time_are_carried_out_one_by_one(api: SheetsApi, book: Book) -> None:
    def write(number: int) -> None:
        ask = Asking(api, book)
        for turn in range(10):
            ask.post("/values/客户!A1:append", {"values": [[f"{number}-{turn}"]]}, valueInputOption="RAW")
            book.type("客户", f"F{number * 10 + turn + 1}", "x")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(4)))
    assert len({row[0] for row in book.cells("客户")[4:]}) == 40
    assert sum(row[5:] == ["x"] for row in book.cells("客户")) == 40


# --- how answers are sent -----------------------------------------------------------------------------------------------


def test_answers_are_indented_or_compact_plain_or_packed(api: SheetsApi, ask: Asking) -> None:
    sizes = []
    for packed, pretty in (("identity", "true"), ("identity", "false"), ("gzip", "false")):
        answer = ask.session.get(
            f"{api.url}/v4/spreadsheets/{ask.book.id}{VALUES}",
            params={"prettyPrint": pretty},
            headers={"Accept-Encoding": packed},
            timeout=5,
        )
        assert answer.json()["values"][1] == ["c1", "甲", "3"]
        assert answer.headers.get("Content-Encoding", "identity") == packed
        sizes.append((len(answer.content), api.log[-1].bytes))
    assert sizes[0][0] > sizes[1][0] == sizes[2][0] == sizes[1][1] == len(gzip.decompress(gzip.compress(answer.content)))
    assert sizes[2][1] < sizes[2][0] + 40


def test_the_log_says_what_was_asked(api: SheetsApi, ask: Asking) -> None:
    ask.batch({"addSheet": {"properties": {"title": "回访"}}}, {"appendCells": {"sheetId": 0, "rows": [], "fields": "note"}})
    ask.get(VALUES)
    ask.get(f"/drive/v3/files/{ask.book.id}")
    assert [(entry.method, entry.kind, entry.status, entry.asked) for entry in api.log] == [
        ("POST", "write", 200, ("addSheet", "appendCells")), ("GET", "read", 200, ()), ("GET", "drive", 200, ()),
    ]  # fmt: skip


# --- Drive --------------------------------------------------------------------------------------------------------------


def test_drive_knows_of_a_change_a_little_late(api: SheetsApi, book: Book, ask: Asking) -> None:
    now = [1_900_000_000.0]
    api.clock, api.drive_lag = (lambda: now[0]), 180
    place = f"/drive/v3/files/{book.id}"
    before = ask.get(place, fields="version,modifiedTime,name")
    assert before["name"] == "支行台账"
    book.type("客户", "C2", "4")
    assert ask.get(place, fields="version,modifiedTime,name") == before
    now[0] += 180
    after = ask.get(place, fields="version,modifiedTime,name")
    assert int(after["version"]) == int(before["version"]) + 1 == book.version
    assert after["modifiedTime"] == "2030-03-17T17:46:40.000Z"


def test_drive_tells_who_may_edit_and_refuses_in_its_own_shape(api: SheetsApi, book: Book, ask: Asking) -> None:
    place = f"/drive/v3/files/{book.id}"
    assert ask.get(place) == {
        "kind": "drive#file",
        "id": book.id,
        "name": "支行台账",
        "mimeType": "application/vnd.google-apps.spreadsheet",
    }
    assert ask.get(place, fields="capabilities(canEdit)") == {"capabilities": {"canEdit": True}}
    roles = {one["emailAddress"]: one["role"] for one in ask.get(place, fields="permissions")["permissions"]}
    assert roles == {api.account_email: "writer", book.owner: "owner"}
    book.share(api.account_email, "reader")
    assert ask.get(place, fields="capabilities/canEdit,permissions") == {"capabilities": {"canEdit": False}}
    status, answer = ask.ask("GET", "/drive/v3/files/none")
    assert (status, answer["error"]["errors"][0]["reason"]) == (404, "notFound")
    status, answer = ask.ask("POST", "/drive/v3/files", {"name": "台账"})
    assert (status, answer["error"]["errors"][0]["reason"]) == (403, "storageQuotaExceeded")


def test_people_are_refused_with_the_same_words(book: Book) -> None:
    book.protect("客户", "A1:C1")
    with pytest.raises(Refused, match="protected cell or object"):
        book.type("客户", "A1", "号")
