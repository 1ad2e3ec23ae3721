"""The alert ledger: which steps are new, which are merged into a later one, which are over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time

import numpy as np
import numpy.typing as npt
import pandas as pd

from branch import calendar_moves
from rules import days
from rules.calendar import Calendar
from rules.rule import WHO
from rules.states import UNMET
from sheets.among import among, places
from sheets.schema import Edit, Value

DUE = ("rule", "table", "row", "customer", "occurrence", "due", "anchor", "state")
KNOWN = ("id", "role", "channel", "state", "reached_at", "told_at")
# The texts of an alert in the ledger, and what they are called where dues meet their steps.
TEXTS = {one: one for one in ("id", "rule", "row", "customer", "occurrence", "step", "role", "channel")} | {
    "due_key": "key",
    "subject": "table",
}


@dataclass(frozen=True, slots=True)
class Telling:
    """An alert told by a mail: whom, and what is to be said of it in the ledger."""

    mail: str
    staff: str
    unresolved: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Move:
    """An alert of the ledger that changes its state; `text` as in the ledger."""

    id: str
    text: str | None
    before: str
    after: str


@dataclass(frozen=True, eq=False)
class Ledger:
    """The ledger of alerts (`whole`), prepared for what it is asked, once as long as no alert is written. `due`: the keys of
    the dues that it speaks of, each once; `at`: which of them an alert is about; `role`: its place in WHO, -1 for none."""

    whole: pd.DataFrame
    rows: pd.DataFrame
    due: pd.Index
    at: npt.NDArray[np.intp]
    role: npt.NDArray[np.intp]


def read(ledger: pd.DataFrame) -> Ledger:
    rows = ledger.loc[:, [*KNOWN, "step", "created_at", "text"]].astype({"state": "str", "channel": "str"})
    at, due = pd.factorize(ledger["due_key"])
    return Ledger(ledger, rows, due, at, pd.Index(WHO).get_indexer(pd.Index(ledger["role"])))


@dataclass(frozen=True)
class Alerts:
    """What the steps reached by now make of the ledger.

    `new`: steps that are not in it yet, with the columns of their due, id, channel, at, top, late, heard_at (when it was
    told under the day its due had before the calendar moved it), and whom they tell.
    `moves`: alerts that change their state. `standing`: all alerts that speak of unmet dues, as they then stand (KNOWN,
    pair).
    """

    new: pd.DataFrame
    moves: tuple[Move, ...]
    standing: pd.DataFrame


@dataclass(frozen=True, eq=False)
class Spoken:
    """Of each alert of the ledger, the due that it speaks of (its place, -1: of none that is) and that due's pair with its role."""

    due: npt.NDArray[np.intp]
    pair: npt.NDArray[np.int64]


def spoken(dues: pd.DataFrame, known: Ledger) -> Spoken:
    """Worked out once for all who look."""
    due = np.append(places(known.due, dues["key"]), -1)[known.at]
    return Spoken(due, np.where((due >= 0) & (known.role >= 0), due * len(WHO) + known.role, -1))


def bring(
    dues: pd.DataFrame,
    steps: pd.DataFrame,
    recipients: pd.DataFrame,
    known: Ledger,
    calendar: Calendar,
    *,
    speaks: Spoken | None = None,
    asked: npt.NDArray[np.bool_] | None = None,
    rules: pd.DataFrame,
    nearer: frozenset[str] = frozenset(),
    digest_at: time,
    righted: bool,
    now: datetime,
) -> Alerts:
    """The ledger brought up to what has been reached. `recipients`: pairs with the person each means; `known`: the ledger;
    `rules`: the rows of the rules sheet; `nearer`: keys of dues that a change of the calendar has brought to today, which
    are told at once; `righted`: the clock was ahead and has been put right; `speaks`: what `spoken` says of the two.

    `asked`: by pair, which are asked about: what becomes of one pair depends on no other, and few are quickly answered."""
    alive, about = np.append(dues["state"].isin(UNMET).to_numpy(), False), speaks or spoken(dues, known)
    rows, come_by = known.rows, (steps["at"] <= pd.Timestamp(now)).to_numpy()
    if asked is not None:
        kept = np.append(asked, False)[about.pair]
        rows, about = rows.loc[kept], Spoken(about.due[kept], about.pair[kept])
        come_by = come_by & asked[steps["pair"].to_numpy()]
    old = rows.assign(pair=about.pair, alive=(about.due >= 0) & alive[about.due]).reset_index(drop=True)
    found = steps.loc[come_by]
    come, there = _coded(found, old)
    turned = turn(found, come, old.assign(code=there), now, righted=righted)
    new = found.loc[pd.Index(there[there >= 0]).get_indexer(pd.Index(come)) < 0]
    new = new.merge(recipients.drop(columns=["key", "role"]), on="pair", how="left")
    new = pd.concat([new, dues[list(DUE)].take((new["pair"] // len(WHO)).to_numpy()).reset_index(drop=True)], axis=1)
    at_once = new.pop("immediate").to_numpy(bool) | among(new["key"], nearer)
    new["channel"] = pd.array(["digest", "immediate"], dtype="str").take(at_once.astype(np.intp))
    new["heard_at"] = calendar_moves.told_before(new, known.whole, dues, rules)
    new["id"] = stems(new["key"], new["step"], new["role"]) + "|" + new["channel"]
    new["late"] = np.zeros(len(new), bool) if new.empty or first(known.whole) else _late(new, calendar, digest_at, now)
    fresh = new.rename(columns={"at": "reached_at", "heard_at": "told_at"})[["id", "pair", "role", "channel", "reached_at", "told_at"]]
    fresh = fresh.assign(state=np.select([fresh["told_at"].notna(), new["top"]], ["told", "open"], "skipped"))
    return Alerts(new, _moves(old, turned), _standing(old.assign(state=turned), fresh, now))


def _coded(found: pd.DataFrame, old: pd.DataFrame) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Due, role and step in one whole number, for the steps that have come and the alerts that are there (-1: of no
    due that is). The channel is no part of it: what was told by one is not told again by the other."""
    codes, words = pd.factorize(pd.concat([found["step"], old["step"]], ignore_index=True))
    pair = np.concatenate([found["pair"].to_numpy(np.int64), old["pair"].to_numpy(np.int64)])
    code = np.where(pair < 0, -1, pair * max(1, len(words)) + codes)
    return code[: len(found)], code[len(found) :]


def stems(key: pd.Series, step: pd.Series, role: pd.Series) -> pd.Series:
    return key.astype("str") + "|" + step.astype("str") + "|" + role.astype("str")


def first(ledger: pd.DataFrame) -> bool:
    """No digest has told anything yet: what it is about to tell has gathered before, and is not late."""
    told = ledger["told_at"].notna() & ~ledger["outbox"].astype("str").str.startswith("immediate|")
    return not bool(told.any())


def _late(new: pd.DataFrame, calendar: Calendar, digest_at: time, now: datetime) -> npt.NDArray[np.bool_]:
    """Told late, or, of what is overdue, the last of several steps of which one is."""
    late = tardy(new["at"], new["channel"], now, digest_at, calendar)
    missed = pd.Series(late, index=new.index).groupby(new["pair"], sort=False).transform("any").to_numpy(bool)
    return np.asarray(late | (missed & (new["state"] == "overdue").to_numpy(bool)))


def tardy(moments: pd.Series, channel: pd.Series, now: datetime, digest_at: time, calendar: Calendar) -> npt.NDArray[np.bool_]:
    """Told late: the working morning (or, for an immediate one, the working day) that should have told it is over."""
    past_morning = (moments - moments.dt.normalize()) > pd.Timedelta(hours=digest_at.hour, minutes=digest_at.minute)
    waits = past_morning.to_numpy(bool) & (channel == "digest").to_numpy(bool)
    told_on = calendar.roll(days.of(moments) + waits, "later")
    return np.asarray(told_on < days.one(now.date()))


def turn(found: pd.DataFrame, come: npt.NDArray[np.int64], old: pd.DataFrame, now: datetime, *, righted: bool) -> npt.NDArray[np.object_]:
    """The state of each alert of the ledger from now on (`next_state`). `come`: the code of each step found; `old`: the
    ledger with pair, alive and code.

    Steps of days after `now` are left alone, so that a past day can be replayed; but those that a wrong clock wrote and
    nobody was told are taken back, and come in their time.
    """
    moment = pd.Timestamp(now)
    judged = (~(old["reached_at"] > moment) | (righted & (old["created_at"] > moment))).to_numpy(bool)
    told, at = old["told_at"].notna(), pd.Index(come).get_indexer(pd.Index(old["code"]))
    last = old["reached_at"].where(told & judged).groupby(old["pair"], sort=False).transform("max")
    top, heard = np.append(found["top"].to_numpy(bool), False)[at], last >= old["reached_at"]
    flags = (old["alive"].to_numpy(bool), at >= 0, top, told.to_numpy(bool), heard.to_numpy(bool))
    codes, states = pd.factorize(old["state"])
    for flag in flags:  # each alert's case in one whole number; each case is judged once
        codes = codes * 2 + flag
    cases = {code: next_state(states[code >> len(flags)], *_bits(code, len(flags))) for code in np.unique(codes).tolist()}
    after = np.array([cases.get(code) for code in range(len(states) << len(flags))], object)[codes]
    return np.asarray(np.where(judged, after, old["state"].to_numpy(object)))


def _bits(code: int, count: int) -> list[bool]:
    return [bool(code >> n & 1) for n in reversed(range(count))]


def _moves(old: pd.DataFrame, turned: npt.NDArray[np.object_]) -> tuple[Move, ...]:
    """The alerts that change their state."""
    changed = turned != old["state"].to_numpy(object)
    moved = old.loc[changed, ["id", "text", "state"]]
    moves = zip(moved["id"], moved["text"], moved["state"], turned[changed], strict=True)
    return tuple(Move(str(key), text or None, was, then) for key, text, was, then in moves)


def next_state(state: str, alive: bool, here: bool, top: bool, told: bool, heard: bool) -> str:
    """`alive`: its due is still to be done. `here`: its step has come. `top`: no later step of its role has. `told`: a
    person was told of it. `heard`: its role was told of it or of a later one.

    An alert closed and alive again (the date moved away and back, a deleted row restored) takes up where it stood:
    what was told stays told. A merged step is told after all when the later one turns out not to have come (a clock
    put right) and the role has heard of no later one.
    """
    if state in {"open", "told"} and not alive:
        return "closed"
    if state in {"closed", "skipped"} and top and not heard:
        return "open"
    if state == "closed" and here:
        return "told" if told else "skipped"
    return "skipped" if state == "open" and not top else state


def _standing(old: pd.DataFrame, fresh: pd.DataFrame, now: datetime) -> pd.DataFrame:
    """The alerts of unmet dues as they stand once all this is written. `old`: the ledger, with the states it then has."""
    here = old["alive"] & (old["pair"] >= 0) & ~(old["reached_at"] > pd.Timestamp(now)) & old["state"].isin(("open", "told", "skipped"))
    kept = old.loc[here, [*KNOWN, "pair"]]
    come = fresh.loc[fresh["state"].isin(("open", "told")), [*KNOWN, "pair"]]
    whole: pd.DataFrame = pd.concat([kept, come], ignore_index=True)
    return whole


def inserts(new: pd.DataFrame, texts: Mapping[str, str], told: Mapping[str, Telling], now: datetime) -> list[Edit]:
    """New alerts for the ledger, one a row of `new` (see `Alerts`). `texts`: the sentence of a due by its key; `told`: by id,
    what a mail of this moment tells."""
    by = [told.get(row) for row in new["id"]]
    top, heard = new["top"].tolist(), _moments(new["heard_at"])
    person, unresolved, late = _texts(new["person"]), new["unresolved"].astype(bool).tolist(), new["late"].astype(bool).tolist()
    cells: dict[str, Sequence[Value]] = {ours: _texts(new[theirs]) for ours, theirs in TEXTS.items()}
    cells |= {name: new[name].to_numpy("datetime64[D]").tolist() for name in ("due", "anchor")}
    cells |= {
        "staff": [one.staff if one else own for one, own in zip(by, person, strict=True)],
        "unresolved": [one.unresolved if one else own for one, own in zip(by, unresolved, strict=True)],
        "late": [one.late if one else own for one, own in zip(by, late, strict=True)],
        "state": [_state(shown, was, one) for shown, was, one in zip(top, heard, by, strict=True)],
        "reached_at": _moments(new["at"]),
        "created_at": [now] * len(new),
        "text": [texts.get(str(key)) if shown else None for key, shown in zip(cells["due_key"], top, strict=True)],
        "told_at": [now if one else was for one, was in zip(by, heard, strict=True)],
        "outbox": [one.mail if one else None for one in by],
    }
    rows = (dict(zip(cells, row, strict=True)) for row in zip(*cells.values(), strict=True))
    return [Edit("alerts", str(row["id"]), None, row) for row in rows]


def _state(top: bool, heard: Value, told: Telling | None) -> str:
    if heard or (top and told):
        return "told"
    return "open" if top else "skipped"


def _texts(column: pd.Series) -> list[str | None]:
    return [text or None for text in column.astype("str").fillna("").to_numpy(object)]


def _moments(column: pd.Series) -> Sequence[Value]:
    found: Sequence[Value] = pd.to_datetime(column).to_numpy("datetime64[s]").tolist()
    return found
