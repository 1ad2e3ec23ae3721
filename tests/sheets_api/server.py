"""A server on this machine that speaks the parts of Google Sheets v4 and Drive v3 that a portal uses, over real HTTP."""

from __future__ import annotations

import contextlib
import gzip
import json
import random
import re
import socket
import threading
import time
import urllib.parse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from tests.sheets_api import errors, routes
from tests.sheets_api.book import Book
from tests.sheets_api.faults import Act, Entry, Fault, Quota
from tests.sheets_api.grid import Spreadsheet, new_tab
from tests.sheets_api.tokens import Tokens

ACCOUNT = "huce@huce-test.iam.gserviceaccount.com"


@dataclass
class Request:
    """One request as it came in."""

    method: str
    path: str  # as sent, without the query
    params: dict[str, list[str]]
    headers: dict[str, str]
    raw: bytes
    kind: str

    def text(self) -> str:
        return f"{self.method} {urllib.parse.unquote(self.path)} {self.raw.decode('utf-8', 'replace')}"


@dataclass
class SheetsApi:
    """The server, for as long as the block lasts: `with SheetsApi() as api:`."""

    account_email: str = ACCOUNT
    reads_per_minute: int | None = None
    writes_per_minute: int | None = None
    disabled: bool = False  # the Sheets API is not switched on in the project
    drive_disabled: bool = False  # nor the Drive API
    copies_metadata: bool = False  # whether a tab that people copy takes its metadata along
    row_metadata_follows_sort: bool = False
    drive_lag: float = 0.0  # seconds until Drive knows of a change
    latency: float = 0.0  # seconds before each answer
    clock: Callable[[], float] = time.time  # of quotas, years and Drive
    token_clock: Callable[[], float] = time.time  # of the token service
    faults: list[Fault] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    log: list[Entry] = field(default_factory=list)
    books: dict[str, Book] = field(default_factory=dict)
    late: list[Request] = field(default_factory=list)  # given up on, not carried out yet
    broken: list[Exception] = field(default_factory=list)  # raised inside the server or an act: raised again when the block ends

    def __post_init__(self) -> None:
        self.lock = threading.RLock()
        self.quota = Quota()
        self.tokens = Tokens(lambda: self.token_clock())  # noqa: PLW0108  (tests set another clock)
        self._chance = random.Random(7)

    # --- for as long as it listens ----------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._server = _Server(("127.0.0.1", 0), _Connection)
        self._server.api = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._server.shutdown()
        self._server.close_all()
        self._server.server_close()
        self._thread.join()
        if self.broken and kind is None:
            raise self.broken[0]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    # --- what tests arrange -----------------------------------------------------------------------------------------------

    def create(self, title: str, share: Sequence[str] = (), *, locale: str = "zh_CN", zone: str = "Asia/Shanghai") -> str:
        """A new spreadsheet with one empty tab; gives its link. Shared for writing."""
        letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
        number = "1" + "".join(self._chance.choice(letters) for _ in range(43))
        state = Spreadsheet(number, title, [], locale, zone)
        state.tabs.append(new_tab(0, state.default_title()))
        book = Book(state, self.lock, lambda: self.clock(), self.year)  # noqa: PLW0108  (tests set another clock)
        book.copies_metadata = lambda: self.copies_metadata
        book.metadata_follows_sort = lambda: self.row_metadata_follows_sort
        for account in share:
            book.share(account)
        self.books[number] = book
        return book.link

    def book(self, link: str) -> Book:
        """By link or id."""
        found = re.search(r"/d/([\w-]+)", link)
        return self.books[found[1] if found else link]

    def key_file(self, path: str | Path, email: str | None = None) -> Path:
        """Writes a service account's key file; of another account, if one is named. Each has a key of its own."""
        return self.tokens.key_file(Path(path), email or self.account_email, f"{self.url}/token")

    def revoke_keys(self) -> None:
        """No key is known any more; tokens already given still serve."""
        self.tokens.keys.clear()

    def expire_tokens(self) -> None:
        """No token serves any more; a new one can be had."""
        self.tokens.given.clear()

    def fail(self, nth: int = 1, kind: str | None = None, how: str = "503 before", times: int = 1, containing: str = "") -> Fault:
        """The nth request from now on that matches goes wrong (`Fault`). More than one may be ordered; they count apart."""
        fault = Fault(nth, kind, how, times, containing)
        with self.lock:
            self.faults.append(fault)
        return fault

    def before(self, nth: int, act: Callable[[], object], kind: str | None = None, containing: str = "") -> Act:
        """Does something once, just before the nth matching request from now on is carried out."""
        one = Act(nth, kind, act, containing)
        with self.lock:
            self.acts.append(one)
        return one

    def release_late(self) -> list[int]:
        """Carries out what was held back as "late"; gives the status of each."""
        with self.lock:
            held, self.late = self.late, []
            return [self.carry_out(request)[0] for request in held]

    def year(self) -> int:
        return datetime.fromtimestamp(self.clock(), UTC).year

    # --- a request comes in -----------------------------------------------------------------------------------------------

    def answer(self, request: Request, entry: Entry) -> tuple[int, dict[str, Any], bool]:
        """Status, body, and whether it is cut in half. Raises Cut."""
        with self.lock:
            acts = [one for one in self.acts if one.hits(request.kind, request.text)]
            self.acts = [one for one in self.acts if one not in acts]
            due = [one for one in self.faults if one.hits(request.kind, request.text)]
            self.faults = [one for one in self.faults if not one.over]
        for one in acts:  # outside the lock: a second portal may act through the server itself
            one.act()
        how = due[0].how if due else ""
        entry.fault = how
        if how == "429":
            refused = errors.drive_too_many() if request.kind == "drive" else errors.too_many(request.kind)
            return refused.code, refused.body(), False
        if how == "503 before":
            return 503, errors.unavailable().body(), False
        if how == "cut before":
            raise errors.Cut
        if how == "late":
            with self.lock:
                self.late.append(request)
            raise errors.Cut
        status, body = self.carry_out(request)
        if how == "503 after":
            return 503, errors.unavailable().body(), False
        if how == "cut after":
            raise errors.Cut
        return status, body, how == "truncated"

    def carry_out(self, request: Request) -> tuple[int, dict[str, Any]]:
        """Status and body; one request at a time."""
        with self.lock:
            if request.kind == "token":
                return self.tokens.exchange(request.raw, (f"{self.url}/token", "https://oauth2.googleapis.com/token"))
            try:
                return 200, routes.carry_out(self, request)
            except errors.Refused as refused:
                return refused.code, refused.body()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    api: SheetsApi

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def close_all(self) -> None:
        """Hangs up on clients that keep their connection."""
        with self._lock:
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no error of the server's."""


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def _do(self) -> None:
        api = self.server.api
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path, _, query = self.path.partition("?")
        params = urllib.parse.parse_qs(query, keep_blank_values=True)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, path, params, headers, raw, routes.kind_of(self.command, path))
        entry = Entry(self.command, urllib.parse.unquote(path), request.kind, received=len(raw), asked=routes.asked(path, raw))
        with api.lock:
            api.log.append(entry)
        if api.latency:
            time.sleep(api.latency)
        try:
            status, body, half = api.answer(request, entry)
        except errors.Cut:
            self.close_connection = True
            return
        except Exception as broken:
            api.broken.append(broken)
            status, body, half = 500, {"error": {"code": 500, "message": "Internal error encountered.", "status": "INTERNAL"}}, False
        self._send(entry, status, body, half, headers, params)

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _do  # noqa: N815  (the names http.server calls)

    def _send(self, entry: Entry, status: int, body: Any, half: bool, headers: dict[str, str], params: dict[str, list[str]]) -> None:
        pretty = params.get("prettyPrint", ["true"])[-1] != "false"
        text = (
            json.dumps(body, ensure_ascii=False, indent=2) + "\n" if pretty else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        )
        data = text.encode()
        lines = [
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            "Content-Type: application/json; charset=UTF-8",
            "Vary: Origin, X-Origin, Referer",
        ]
        if "gzip" in headers.get("accept-encoding", ""):
            data = gzip.compress(data, compresslevel=1)
            lines.append("Content-Encoding: gzip")
        lines.append(f"Content-Length: {len(data)}")
        entry.status, entry.bytes = (0 if half else status), len(data)
        if half:
            data = data[: len(data) // 2]
            self.close_connection = True
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + data)

    def log_message(self, *_: Any) -> None:
        """The log is api.log."""
