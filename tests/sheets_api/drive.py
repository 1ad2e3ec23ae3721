"""The part of Drive v3 that a portal may ask: a file's version and time, who it is shared with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.sheets_api import masks
from tests.sheets_api.book import Book
from tests.sheets_api.errors import DriveRefused

SHEET = "application/vnd.google-apps.spreadsheet"
FIELDS = {
    "kind", "id", "name", "mimeType", "version", "modifiedTime", "capabilities", "permissions", "owners", "webViewLink", "trashed", "shared",
}  # fmt: skip


def missing(number: str) -> DriveRefused:
    return DriveRefused(404, f"File not found: {number}.", "notFound", location="fileId", locationType="parameter")


def full() -> DriveRefused:
    """A service account owns no storage, so it can create nothing."""
    said = (
        "Service Accounts do not have storage quota. Leverage shared drives "
        "(https://developers.google.com/workspace/drive/api/guides/about-shareddrives), "
        "or use OAuth delegation (http://support.google.com/a/answer/7281227) instead."
    )
    return DriveRefused(403, said, "storageQuotaExceeded")


def file(book: Book, who: str, fields: str, now: float) -> dict[str, Any]:
    """One file, cut to its fields; version and time as they were `drive_lag` seconds ago."""
    mask = masks.parse(fields) if fields else {"kind": {}, "id": {}, "name": {}, "mimeType": {}}
    for name in mask:
        if name != "*" and name not in FIELDS:
            raise DriveRefused(400, f"Invalid field selection {name}", "invalidParameter", location="fields", locationType="parameter")
    return dict(masks.apply(_whole(book, who, now), mask))


def _whole(book: Book, who: str, now: float) -> dict[str, Any]:
    version, at = book.version_at(now)
    writer = book.shared.get(who) == "writer"
    found = {
        "kind": "drive#file", "id": book.id, "name": book.title, "mimeType": SHEET, "trashed": False, "shared": True,
        "version": str(version), "modifiedTime": datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z",
        "capabilities": {"canEdit": writer, "canComment": writer, "canShare": writer, "canDownload": True, "canCopy": True},
        "owners": [{"kind": "drive#user", "emailAddress": book.owner, "me": False}],
        "webViewLink": f"https://docs.google.com/spreadsheets/d/{book.id}/edit?usp=drivesdk",
    }  # fmt: skip
    return found | ({"permissions": permissions(book)} if writer else {})


def permissions(book: Book) -> list[dict[str, Any]]:
    people = {book.owner: "owner", **book.shared}
    return [
        {"kind": "drive#permission", "id": str(abs(hash(one)) % 10**20), "type": "user", "emailAddress": one, "role": role}
        for one, role in people.items()
    ]


def listed(books: list[Book], who: str, now: float) -> dict[str, Any]:
    """The spreadsheets that are shared with the account."""
    files = [
        masks.apply(_whole(book, who, now), {"kind": {}, "id": {}, "name": {}, "mimeType": {}}) for book in books if who in book.shared
    ]
    return {"kind": "drive#fileList", "incompleteSearch": False, "files": files}
