"""A Google spreadsheet behind the port; nothing else knows gspread, and every request is counted and bounded in time."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

import orjson
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.oauth2.service_account import Credentials
from gspread import Client, HTTPClient
from gspread.exceptions import APIError
from requests import RequestException, Response

from sheets import google_faults
from sheets.spreadsheet import About, Away, Echo, Formula, Lost, Raw, Rows, RowWrite, Sheet, SheetFault, Window

SHEETS, DRIVE = "https://sheets.googleapis.com", "https://www.googleapis.com"
SCOPES = ("https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive.metadata.readonly")
TIMEOUT = (5.0, 60.0)  # seconds to reach it, and between two pieces of an answer
A_MINUTE, PER_MINUTE, KEPT = 60.0, 60, 20  # Google's quota of an account, and what of it pulls leave to saves
FORMAT = "userEnteredFormat.numberFormat"
TAB, COLUMN, NOTE = "huce.tab", "huce.col", "huce.sheet"  # the keys under which tabs and columns are known for good
_LINK = re.compile(r"/spreadsheets/d/([A-Za-z0-9_-]{20,})|^([A-Za-z0-9_-]{20,})$")


def key_of(link: str) -> str:
    """The spreadsheet that a link (or its bare key) names; raises SheetFault."""
    found = _LINK.search(link.strip())
    if found is None:
        raise SheetFault("google.link", link=link[:120])
    return found[1] or found[2]


class Calls(HTTPClient):
    """gspread's own way to Google, with other hosts where they are set, a limit of time, and a log of what was asked."""

    hosts: Mapping[str, str] = {}

    def __init__(self, auth: Any, session: Any = None) -> None:
        super().__init__(auth, session)
        self.set_timeout(TIMEOUT)
        self.made: Counter[str] = Counter()
        self.times: dict[str, deque[float]] = {"read": deque(maxlen=PER_MINUTE), "write": deque(maxlen=PER_MINUTE)}
        self.ticks: Callable[[], float] = lambda: 0.0

    def request(self, method: str, endpoint: str, *args: Any, **more: Any) -> Response:
        for host, other in self.hosts.items():
            if endpoint.startswith(host):
                endpoint = other.rstrip("/") + endpoint.removeprefix(host)
        return super().request(method, endpoint, *args, **more)

    def counted(self, kind: str) -> None:
        self.made[kind] += 1
        if kind in self.times:
            self.times[kind].append(self.ticks())

    def left(self, kind: str) -> int:
        """How many requests of a kind are still free in this minute."""
        since = self.ticks() - A_MINUTE
        return PER_MINUTE - sum(at > since for at in self.times[kind])


class Quiet(Credentials):
    """A service account that asks nothing but for its token: the library would look regions up at an address that no
    gateway knows, and wait for it."""

    def _is_regional_access_boundary_lookup_required(self) -> bool:
        return False


def connect(
    link: str, info: Mapping[str, Any], *, ticks: Callable[[], float], api_url: str = "", drive_url: str = "", token_url: str = ""
) -> GoogleSheet:
    """The spreadsheet of a link, with a service account's key. Nothing is asked of Google yet. Raises SheetFault."""
    if token_url:
        info = {**info, "token_uri": token_url}
    try:
        credentials = Quiet.from_service_account_info(info, scopes=SCOPES)  # type: ignore[no-untyped-call]
    except ValueError as error:
        raise SheetFault("google.key_bad", path=info["client_email"]) from error
    hosts = {host: other for host, other in ((SHEETS, api_url), (DRIVE, drive_url or api_url)) if other}
    calls = type("Calls", (Calls,), {"hosts": hosts})
    client = Client(auth=credentials, http_client=calls)
    client.http_client.ticks = ticks  # type: ignore[attr-defined]
    return GoogleSheet(client.http_client, key_of(link), str(info["client_email"]))  # type: ignore[arg-type]


class GoogleSheet:
    """One spreadsheet; see the port for what each method does."""

    def __init__(self, calls: Calls, key: str, account: str) -> None:
        self._calls, self.key, self._account = calls, key, account

    @property
    def account(self) -> str:
        return self._account

    @property
    def requests(self) -> Mapping[str, int]:
        return {kind: self._calls.made[kind] for kind in ("read", "write", "drive")}

    def left(self, kind: str) -> int:
        return self._calls.left(kind)

    def about(self) -> About:
        fields = "properties.title,developerMetadata,sheets(properties,developerMetadata)"
        found = self._ask("read", "get", "", params={"fields": fields, "prettyPrint": "false"})
        sheets = []
        for one in found.get("sheets", ()):
            own = one["properties"]
            grid = own.get("gridProperties", {})
            hidden = bool(own.get("hidden"))
            sheets.append(Sheet(own.get("sheetId", 0), own["title"], grid.get("rowCount", 0), grid.get("columnCount", 0), hidden))
        tables = {
            one["properties"].get("sheetId", 0): note["metadataValue"]
            for one in found.get("sheets", ())
            for note in one.get("developerMetadata", ())
            if note["metadataKey"] == TAB
        }
        notes = {note["metadataKey"]: note.get("metadataValue", "") for note in found.get("developerMetadata", ())}
        return About(found["properties"]["title"], tuple(sheets), tables, self._columns() if tables else {}, notes)

    def _columns(self) -> dict[tuple[int, int], str]:
        body = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": COLUMN}}]}
        found = self._ask("read", "post", "/developerMetadata:search", json=body)
        places: dict[tuple[int, int], str] = {}
        for one in found.get("matchedDeveloperMetadata", ()):
            note = one["developerMetadata"]
            place = note["location"].get("dimensionRange")
            if place is not None and place.get("dimension", "COLUMNS") == "COLUMNS":
                places[place.get("sheetId", 0), place.get("startIndex", 0)] = note["metadataValue"]
        return places

    def read(self, windows: Sequence[Window], *, formulas: bool = False) -> list[Rows]:
        filters = [{"gridRange": _range(one)} for one in windows]
        body = {
            "dataFilters": filters,
            "valueRenderOption": "FORMULA" if formulas else "UNFORMATTED_VALUE",
            "dateTimeRenderOption": "SERIAL_NUMBER",
        }
        found = self._ask("read", "post", "/values:batchGetByDataFilter", json=body)
        # in no promised order, and nothing for what is empty: each part says which filters it is for
        parts = {_asked(f["gridRange"]): one for one in found.get("valueRanges", ()) for f in one.get("dataFilters", ())}
        return [_blanks(parts.get(_asked(f["gridRange"]), {}).get("valueRange", {}).get("values", [])) for f in filters]

    def write(self, rows: Sequence[RowWrite], echo: Mapping[int, Sequence[tuple[str, int, int | None]]]) -> Echo:
        body = {
            "requests": _requests(rows),
            "includeSpreadsheetInResponse": True,
            "responseIncludeGridData": True,
            "responseRanges": [_a1(*one) for ranges in echo.values() for one in ranges],
        }
        fields = "updatedSpreadsheet.sheets(properties.sheetId,data(startRow,startColumn,rowData.values.userEnteredValue))"
        found = self._ask("write", "post", ":batchUpdate", json=body, params={"fields": fields, "prettyPrint": "false"})
        return _echo(found.get("updatedSpreadsheet", {}).get("sheets", ()))

    def build(self, requests: Sequence[Mapping[str, Any]]) -> None:
        self._ask("write", "post", ":batchUpdate", json={"requests": list(requests)})

    def fill(self, starts: Sequence[tuple[int, int, Rows]]) -> None:
        data = [
            {
                "dataFilter": {"gridRange": {"sheetId": sheet, "startRowIndex": first, "endRowIndex": first + len(rows)}},
                "majorDimension": "ROWS",
                "values": [["" if cell is None else cell for cell in row] for row in rows],
            }
            for sheet, first, rows in starts
        ]
        self._ask("write", "post", "/values:batchUpdateByDataFilter", json={"valueInputOption": "RAW", "data": data})

    def changed(self) -> str:
        found = self._ask("drive", "get", f"{DRIVE}/drive/v3/files/{self.key}", params={"fields": "version,modifiedTime"})
        return f"{found.get('version', '')}/{found.get('modifiedTime', '')}"

    def ask(self, kind: str, method: str, path: str, **more: Any) -> Any:
        """A request that the port has no word for: what only a trial of Google itself asks. Raises SheetFault."""
        return self._ask(kind, method, path, **more)

    def _ask(self, kind: str, method: str, path: str, **more: Any) -> Any:
        """One request. A read that fails is Away; a write whose answer does not arrive is Lost."""
        url = path if path.startswith("http") else f"{SHEETS}/v4/spreadsheets/{self.key}{path}"
        gone = Lost if kind == "write" else Away
        try:
            self._calls.counted(kind)
            answer = self._calls.request(method, url, **more)
            return orjson.loads(answer.content)
        except APIError as error:
            said = str(error.error.get("message", "")) if isinstance(error.error, dict) else str(error)
            raise google_faults.of(int(error.code), said, self._account, write=kind == "write") from error
        except TransportError as error:  # the token could not be fetched: the request itself was never sent
            raise Away(why=type(error).__name__) from error
        except RefreshError as error:
            raise google_faults.refused(error) from error
        except GoogleAuthError as error:
            raise Away(why=type(error).__name__) from error
        except (RequestException, orjson.JSONDecodeError) as error:
            raise gone(why=type(error).__name__) from error


def _range(one: Window) -> dict[str, int]:
    found = {"sheetId": one.sheet}
    if one.start:
        found["startRowIndex"] = one.start
    if one.end is not None:
        found["endRowIndex"] = one.end
    if one.column is not None:
        found |= {"startColumnIndex": one.column, "endColumnIndex": one.column + 1}
    return found


def _asked(grid: Mapping[str, int]) -> tuple[int, ...]:
    """A grid range, however its ends are written down."""
    return (
        grid.get("sheetId", 0), grid.get("startRowIndex", 0), grid.get("endRowIndex", -1),
        grid.get("startColumnIndex", 0), grid.get("endColumnIndex", -1),
    )  # fmt: skip


def _blanks(rows: Iterable[list[Any]]) -> Rows:
    return [[None if cell == "" else cell for cell in row] if "" in row else row for row in rows]


def _value(cell: Raw) -> dict[str, Any]:
    """A cell as it is written: text stays text, whatever it looks like."""
    if cell is None or cell == "":
        return {}
    if isinstance(cell, bool):
        return {"userEnteredValue": {"boolValue": cell}}
    if isinstance(cell, Formula):
        return {"userEnteredValue": {"formulaValue": str(cell)}}
    return {"userEnteredValue": {"stringValue": cell} if isinstance(cell, str) else {"numberValue": cell}}


def _requests(rows: Sequence[RowWrite]) -> list[dict[str, Any]]:
    """One piece for neighbouring cells of a row; what stands between them is not touched."""
    found: list[dict[str, Any]] = []
    for row in rows:
        if row.row is None:
            cells = [_value(row.cells.get(place)) | _format(row, place) for place in range(max(row.cells) + 1)]
            fields = f"userEnteredValue,{FORMAT}" if row.formats else "userEnteredValue"
            found.append({"appendCells": {"sheetId": row.sheet, "rows": [{"values": cells}], "fields": fields}})
            continue
        for places in _runs(sorted(row.cells), row.formats):
            cells = [_value(row.cells[place]) | _format(row, place) for place in places]
            fields = f"userEnteredValue,{FORMAT}" if places[0] in row.formats else "userEnteredValue"
            start = {"sheetId": row.sheet, "rowIndex": row.row, "columnIndex": places[0]}
            found.append({"updateCells": {"start": start, "rows": [{"values": cells}], "fields": fields}})
    return found


def _format(row: RowWrite, place: int) -> dict[str, Any]:
    found = row.formats.get(place)
    return {"userEnteredFormat": {"numberFormat": dict(found)}} if found else {}


def _runs(places: Sequence[int], shaped: Collection[int]) -> list[list[int]]:
    """Neighbouring places, those with a format of their own apart from those without."""
    found: list[list[int]] = []
    for place in places:
        if found and place == found[-1][-1] + 1 and (place in shaped) == (found[-1][-1] in shaped):
            found[-1].append(place)
        else:
            found.append([place])
    return found


def _a1(title: str, first: int, end: int | None) -> str:
    """Rows of a tab as Google writes them; 'it''s'!5:7."""
    quoted = "'" + title.replace("'", "''") + "'"
    return f"{quoted}!{first + 1}:{end}" if end is not None else f"{quoted}!A{first + 1}:ZZ"


def _echo(sheets: Iterable[Mapping[str, Any]]) -> Echo:
    found: Echo = {}
    for sheet in sheets:
        rows = found.setdefault(sheet["properties"].get("sheetId", 0), {})
        for part in sheet.get("data", ()):
            left = [None] * part.get("startColumn", 0)
            for number, row in enumerate(part.get("rowData", ()), part.get("startRow", 0)):
                rows[number] = [*left, *(_entered(cell) for cell in row.get("values", ()))]
    return found


def _entered(cell: Mapping[str, Any]) -> Raw:
    value: Mapping[str, Any] = cell.get("userEnteredValue") or {}
    found: Raw = next(iter(value.values()), None)
    return None if found == "" else found
