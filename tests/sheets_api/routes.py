"""Which address asks for what, who may ask, and what it counts as."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.sheets_api import answers, drive, errors, masks, metadata, reading, requests, sheets, structure, values
from tests.sheets_api.book import Book
from tests.sheets_api.calls import Call
from tests.sheets_api.ranges import tab_with
from tests.sheets_api.tokens import Token

if TYPE_CHECKING:
    from tests.sheets_api.server import Request, SheetsApi

SHEETS = re.compile(r"/v4/spreadsheets/([^/:]+)(.*)")
DRIVE = "/drive/v3/files"
SCOPE = "https://www.googleapis.com/auth/"
READS = ("values:batchGet", ":getByDataFilter", "values:batchGetByDataFilter", "developerMetadata:search")
Step = Callable[[Call], dict[str, Any]]


def _step(method: str, rest: str) -> tuple[str, Step] | None:
    """Read or write, and what is to be done; None for an address that is none."""
    if (method, rest) in STEPS:
        return STEPS[method, rest]
    if found := re.fullmatch(r"/values/([^/]+):(append|clear)", rest):
        a1, act = unquote(found[1]), values.append if found[2] == "append" else values.clear
        return ("write", lambda call: act(call, a1)) if method == "POST" else None
    if found := re.fullmatch(r"/values/([^/]+)", rest):
        a1 = unquote(found[1])
        if method == "GET":
            return "read", lambda call: reading.get(call, a1)
        return ("write", lambda call: values.update(call, a1)) if method == "PUT" else None
    if method == "GET" and (found := re.fullmatch(r"/developerMetadata/(\d+)", rest)):
        number = int(found[1])
        return "read", lambda call: metadata.get(call.book, number)
    if method == "POST" and (found := re.fullmatch(r"/sheets/(\d+):copyTo", rest)):
        sheet = int(found[1])
        return "write", lambda call: _copy_to(call, sheet)
    return None


def kind_of(method: str, path: str) -> str:
    """What a request counts as: read, write, drive or token."""
    if path == "/token":
        return "token"
    found = SHEETS.fullmatch(path)
    if not found:
        return "drive"
    step = _step(method, found[2])
    return step[0] if step else "read" if method == "GET" else "write"


def asked(path: str, raw: bytes) -> tuple[str, ...]:
    """The names of the requests in a batchUpdate, for the log."""
    if not path.endswith(":batchUpdate") or "/values" in path:
        return ()
    try:
        return tuple(name for one in json.loads(raw).get("requests", []) for name in one)
    except (ValueError, AttributeError):
        return ()


def carry_out(api: SheetsApi, request: Request) -> dict[str, Any]:
    """The answer; what a request changes is kept only when all of it could be done. Raises Refused."""
    token = api.tokens.holder(request.headers.get("authorization", ""))
    on_drive = request.path.startswith(DRIVE)
    if token is None:
        raise errors.drive_unauthenticated() if on_drive else errors.unauthenticated()
    if on_drive:
        return _drive(api, request, token)
    found = SHEETS.fullmatch(request.path)
    step = _step(request.method, found[2]) if found else None
    if not found or not step:
        raise errors.Refused(404, "Requested entity was not found.")
    kind, act = step
    _check_scopes(token, kind)
    if api.disabled:
        raise errors.disabled()
    limit = api.reads_per_minute if kind == "read" else api.writes_per_minute
    if not api.quota.take(token.account, kind, limit, api.clock()):
        raise errors.too_many(kind, limit or 0)
    book = api.books.get(unquote(found[1]))
    if book is None:
        raise errors.not_found()
    role = book.shared.get(token.account)
    if role is None or (kind == "write" and role != "writer"):
        raise errors.no_permission()
    state = book.state.copy() if kind == "write" else book.state
    call = Call(state, token.account, api.year(), request.params, _json(request.raw))
    answer = act(call)
    if kind == "write":
        book.commit(state)
    return answer


def _json(raw: bytes) -> dict[str, Any]:
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError as broken:
        raise errors.bad(f"Invalid JSON payload received. {broken}") from broken
    if not isinstance(body, dict):
        raise errors.bad('Invalid JSON payload received. Unknown name "": Root element must be a message.')
    return body


def _check_scopes(token: Token, kind: str) -> None:
    enough = ["spreadsheets", "drive", "drive.file", *(["spreadsheets.readonly", "drive.readonly"] if kind == "read" else [])]
    if not any(SCOPE + name in token.scopes for name in enough):
        raise errors.few_scopes("sheets.googleapis.com")


# --- the spreadsheet itself ---------------------------------------------------------------------------------------------


def _get(call: Call) -> dict[str, Any]:
    mask = masks.parse(call.param("fields")) if call.param("fields") else None
    return answers.spreadsheet(call.book, call.who, mask, call.params.get("ranges", []), call.param("includeGridData") == "true")


def _get_by_filter(call: Call) -> dict[str, Any]:
    call.known("dataFilters", "includeGridData", "excludeTablesInBandedRanges")
    mask = masks.parse(call.param("fields")) if call.param("fields") else None
    areas = [
        area
        for index, one in enumerate(call.body.get("dataFilters", []))
        for area in reading.filtered(call.book, one, f"dataFilter[{index}]")
    ]
    return answers.spreadsheet(call.book, call.who, mask, areas, bool(call.body.get("includeGridData")))


def _copy_to(call: Call, sheet: int) -> dict[str, Any]:
    if call.body.get("destinationSpreadsheetId") != call.book.id:
        raise errors.bad("This server copies tabs within one spreadsheet only.")
    source = tab_with(call.book, sheet, sheets.NO_SHEET)
    twin = structure.copy_tab(call.book, source, sheets.copied_title(call.book, source.title), with_metadata=False)
    return answers.properties(call.book, twin)


STEPS: dict[tuple[str, str], tuple[str, Step]] = {
    ("GET", ""): ("read", _get),
    ("POST", ":getByDataFilter"): ("read", _get_by_filter),
    ("POST", ":batchUpdate"): ("write", requests.batch_update),
    ("GET", "/values:batchGet"): ("read", reading.batch_get),
    ("POST", "/values:batchGetByDataFilter"): ("read", reading.batch_get_by_filter),
    ("POST", "/values:batchUpdate"): ("write", values.batch_update),
    ("POST", "/values:batchUpdateByDataFilter"): ("write", values.batch_update_by_filter),
    ("POST", "/values:batchClear"): ("write", values.batch_clear),
    ("POST", "/developerMetadata:search"): ("read", lambda call: metadata.search(call.book, call.body)),
}


# --- Drive --------------------------------------------------------------------------------------------------------------


def _drive(api: SheetsApi, request: Request, token: Token) -> dict[str, Any]:
    names = ("drive", "drive.readonly", "drive.metadata", "drive.metadata.readonly", "drive.file")
    if not any(SCOPE + name in token.scopes for name in names):
        raise errors.few_scopes("drive.googleapis.com")
    if api.drive_disabled:
        raise errors.drive_disabled()
    if request.path == DRIVE and request.method == "POST":
        raise drive.full()
    now = api.clock() - api.drive_lag
    if request.path == DRIVE and request.method == "GET":
        return drive.listed(list(api.books.values()), token.account, now)
    found = re.fullmatch(DRIVE + r"/([^/]+)(/permissions)?", request.path)
    if not found or request.method != "GET":
        raise drive.missing(request.path.rpartition("/")[2])
    book: Book | None = api.books.get(found[1])
    if book is None or token.account not in book.shared:
        raise drive.missing(found[1])
    if found[2]:
        return {"kind": "drive#permissionList", "permissions": drive.permissions(book)}
    return drive.file(book, token.account, request.params.get("fields", [""])[-1], now)
