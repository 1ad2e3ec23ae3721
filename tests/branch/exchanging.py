"""A branch that is nothing but its store, and csv files taken into it: for the tests of import and export."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from branch.exchange import import_file
from sheets.book import Book
from sheets.schema import Edit
from sheets.store import Store, open_store
from sheets.tables import TABLES
from texts import Fault, Lang

NOW = datetime(2026, 11, 23, 9, 0)


@dataclass(frozen=True)
class Someone:
    staff: str = "system"
    role: str = "system"
    lang: Lang = "zh"


class Refused(Fault):
    """A rule of the branch."""


class Small:
    """A branch that is nothing but its store, and refuses a business visit by phone."""

    def __init__(self, folder: Path) -> None:
        self.settings = SimpleNamespace(home=folder / "home", install="test-0001", policy=SimpleNamespace(export_reason=True))
        self.store: Store = open_store(f"sqlite:///{folder}/huce.db", TABLES, create=True)
        self.store.setup(NOW)
        self.last: Book | None = None
        self.settings = SimpleNamespace(home=folder / "home", install="small", policy=SimpleNamespace(export_reason=True))

    def book(self) -> Book:
        self.last = self.store.book(self.last)
        return self.last

    def ready(self, edits: Sequence[Edit]) -> None:
        for edit in edits:
            after = edit.after or {}
            if edit.table == "visits" and (after.get("kind"), after.get("mode")) == ("business", "phone"):
                raise Refused("exchange.blanks", blanks="电话")

    def rehearse(self, edits: Sequence[Edit], actor: Someone, source: Any, now: datetime) -> None:
        self.ready(edits)
        self.store.rehearse(edits, actor.staff, source, now)

    def write(self, edits: Sequence[Edit], actor: Someone, source: Any, now: datetime) -> Any:
        self.ready(edits)
        return self.store.write(edits, actor.staff, source, now)


def taker(branch: Small, folder: Path) -> Callable[..., dict[str, Any]]:
    """Writes a text as a csv file and takes it into the branch. Every import is previewed first and must do what was told."""

    def taken(table: str, text: str | bytes, **more: Any) -> dict[str, Any]:
        path = folder / f"{more.pop('name', '台账')}.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        actor = more.pop("actor", None) or Someone(lang=more.pop("lang", "zh"))
        return previewed(branch, table, path, more.pop("now", NOW), actor, **more)

    return taken


def previewed(branch: Any, table: str, path: Path, now: datetime, actor: Any, **more: Any) -> dict[str, Any]:
    """The document of an import, after a preview that wrote nothing and came to the same document, or the same fault."""
    version = branch.store.version()
    fault: Fault | None = None
    before: dict[str, Any] = {}
    try:
        before = import_file(branch, table, path, now, actor, **{**more, "dry_run": True})
    except Fault as found:
        fault = found
    assert branch.store.version() == version
    if fault is not None:
        with pytest.raises(type(fault), match=re.escape(str(fault))):
            import_file(branch, table, path, now, actor, **more)
        raise fault
    if more.get("dry_run"):
        return before
    done = import_file(branch, table, path, now, actor, **more)
    assert {**before, "dry_run": False} == done
    assert done["read"] == sum(counts(done)[1:])
    assert len(done["rejected"]) == done["refused"] + done["conflicts"]
    return done


def counts(result: dict[str, Any]) -> tuple[int, ...]:
    return tuple(result[key] for key in ("read", "added", "changed", "unchanged", "conflicts", "refused"))


def codes(result: dict[str, Any], *, warnings: bool = False) -> list[tuple[str, str]]:
    return [(i["cell"], i["code"]) for i in result["issues"] if i["warning"] is warnings]


TWO = """客户编号,客户名称,统一社会信用代码,客户等级,成立日期,注册资本(元)
KH1,云澜启岚机械有限公司,91990000DEM000006A,重点,2020-03-05,1000000
KH2,望川禾砚商贸有限公司,91990000DEM0000145,一般,2021/4/6,￥2,000,000
""".replace("￥2,000,000", '"￥2,000,000"')
