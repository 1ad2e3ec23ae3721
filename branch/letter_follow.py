"""A letter and the record that it is about say the same: sent and signed for, whichever of the two somebody fills in."""

from __future__ import annotations

from branch.change import Change, standing
from branch.checks import Save
from documents.fields import LOAN, TABLE
from sheets.book import Book
from sheets.merge import Cell
from sheets.schema import Edit

SENT, SIGNED = "sent_on", "receipt_on"  # of a letter
ON, NO = "notice_on", "notice_no"  # of the record, and the number that it was sent under


def received(kind: str) -> str:
    """Where the record keeps when its letter was signed for."""
    return "receipt_on" if kind == LOAN else "notice_received_on"


def record_of(save: Save, change: Change) -> list[Edit]:
    """A letter that is sent or signed for is so in the record too; what stands there already stays, but for the day of this letter."""
    letter, kind = change.whole, str(change.whole.get("kind") or "")
    if save.source != "portal" or kind not in TABLE:
        return []
    table, key = TABLE[kind], str(letter.get("row") or "")
    there = standing(save.book, table, [key]).get(key)
    if there is None:
        return []
    after: dict[str, Cell] = {}
    if change.moved(SENT) and letter.get(SENT) and not there.get(ON):
        after[ON] = letter[SENT]
        if NO in there and letter.get("number"):
            after[NO] = letter["number"]
    elif change.moved(SENT) and _said(change, SENT, there.get(ON)) and not _sent_otherwise(save.book, kind, key, change.edit.id):
        after[ON] = letter.get(SENT)
        if NO in there and not letter.get(SENT) and there.get(NO) == letter.get("number"):
            after[NO] = None
    if change.moved(SIGNED) and letter.get(SIGNED) and not there.get(received(kind)):
        after[received(kind)] = letter[SIGNED]
    return [Edit(table, key, {name: there.get(name) for name in after}, after)] if after else []


def letter_of(save: Save, change: Change) -> list[Edit]:
    """A record whose letter is noted as sent or signed for: the newest letter about it says so too."""
    kind = next((one for one, table in TABLE.items() if table == change.table.key), "")
    if save.source != "portal" or not kind or not change.moved(ON, received(kind)):
        return []
    found = newest(save.book, kind, change.edit.id)
    if found is None:
        return []
    after: dict[str, Cell] = {}
    if change.moved(ON) and ((change.whole.get(ON) and not found.get(SENT)) or _said(change, ON, found.get(SENT))):
        after[SENT] = change.whole.get(ON)
    if change.moved(received(kind)) and change.whole.get(received(kind)) and (found.get(SENT) or SENT in after) and not found.get(SIGNED):
        after[SIGNED] = change.whole[received(kind)]
    return [Edit("letters", str(found["id"]), {name: found.get(name) for name in after}, after)] if after else []


def _said(change: Change, column: str, other: Cell) -> bool:
    """Whether the other of the two said the same day: then a day that was wrong is put right in both, or taken back in both."""
    was = (change.there or {}).get(column)
    return bool(was) and was == other


def _sent_otherwise(book: Book, kind: str, row: str, key: str) -> bool:
    """Whether another version of a letter was sent too, of which the record then speaks."""
    return any(one.get(SENT) for one in versions(book, kind, row) if one["id"] != key)


def versions(book: Book, kind: str, row: str) -> list[dict[str, Cell]]:
    """The letters of a kind about one record, the first version first."""
    ids = book.once("letters by record", lambda: _by_record(book)).get((kind, row), ())
    found = [{**there, "id": key} for key, there in standing(book, "letters", ids).items()] if ids else []
    return sorted(found, key=lambda one: (version(one), str(one["id"])))


def _by_record(book: Book) -> dict[tuple[str, str], list[str]]:
    frame, found = book.frame("letters"), dict[tuple[str, str], list[str]]()
    for kind, row, key in zip(frame["kind"].astype("str"), frame["row"].astype("str"), frame["id"], strict=True):
        found.setdefault((kind, row), []).append(str(key))
    return found


def version(letter: dict[str, Cell]) -> int:
    found = letter.get("version")
    return found if isinstance(found, int) else 1


def newest(book: Book, kind: str, row: str) -> dict[str, Cell] | None:
    found = versions(book, kind, row)
    return found[-1] if found else None
