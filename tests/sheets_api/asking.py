"""Requests to the server in plain JSON, with a token that was given without asking for it; and credentials that ask."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import requests
from google.oauth2.service_account import Credentials

from tests.sheets_api.book import Book
from tests.sheets_api.server import SheetsApi

SCOPES = ("https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive.readonly")


def credentials(api: SheetsApi, folder: Path, *scopes: str, email: str | None = None) -> Credentials:
    """Those of a service account, from a key file."""
    path = str(api.key_file(folder / "key.json", email))
    held: Credentials = Credentials.from_service_account_file(path, scopes=list(scopes or SCOPES))  # type: ignore[no-untyped-call]
    return held


class Asking:
    """One account on one spreadsheet. Each call gives (status, answer)."""

    def __init__(self, api: SheetsApi, book: Book, *scopes: str) -> None:
        self.api, self.book = api, book
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {api.tokens.give(api.account_email, scopes or SCOPES)}"

    def ask(self, method: str, place: str, body: Any = None, **params: Any) -> tuple[int, Any]:
        """`place`: what follows the id ("", ":batchUpdate", "/values/A1"), or a path of its own ("/drive/…")."""
        path = place if place.startswith(("/drive", "/v4")) else f"/v4/spreadsheets/{self.book.id}{place}"
        answer = self.session.request(method, self.api.url + path, json=body, params=params, timeout=10)
        return answer.status_code, answer.json()

    def get(self, place: str = "", **params: Any) -> Any:
        """The answer to a request that must succeed; so for the others below."""
        return self._good("GET", place, None, params)

    def post(self, place: str, body: Any = None, **params: Any) -> Any:
        return self._good("POST", place, body, params)

    def put(self, place: str, values: list[list[Any]], option: str = "RAW", **params: Any) -> Any:
        return self._good("PUT", place, {"values": values}, {"valueInputOption": option, **params})

    def batch(self, *asked: dict[str, Any], **more: Any) -> Any:
        return self.post(":batchUpdate", {"requests": list(asked), **more})

    def refused(self, *asked: dict[str, Any]) -> str:
        """The message of a batchUpdate that must be refused."""
        return self.message("POST", ":batchUpdate", {"requests": list(asked)})

    def message(self, method: str, place: str, body: Any = None, **params: Any) -> str:
        """The message of a request that must be refused as wrong."""
        status, answer = self.ask(method, place, body, **params)
        assert (status, answer["error"]["code"], answer["error"]["status"]) == (400, 400, "INVALID_ARGUMENT"), answer
        return str(answer["error"]["message"])

    def _good(self, method: str, place: str, body: Any, params: dict[str, Any]) -> Any:
        status, answer = self.ask(method, place, body, **params)
        assert status == 200, answer
        return answer
