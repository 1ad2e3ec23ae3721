"""The rules by hand in polars' lazy frames; working days come as columns that a day picks from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa

from benchmarks.given import bounds, named
from benchmarks.polars_base import GONE, NONE, col, pl, tail
from benchmarks.polars_periods import Periods
from benchmarks.polars_records import Records
from benchmarks.polars_thresholds import Thresholds

FIVE = ("key", "rule", "row", "due", "state")
SAME = (
    "key", "rule", "table", "row", "customer", "occurrence", "due", "anchor", "opens", "met_on", "state", "owner", "officer",
    "days_late", "workdays_late", "provisional", "roles",
)  # fmt: skip
URGENCY = ("overdue", "due_today", "due_soon", "planned", "met_late", "met", "waived", "superseded")


def prepare(frames: Mapping[str, pd.DataFrame], calendar: pd.DataFrame, today: date) -> Callable[[str, bool], Any]:
    """Takes the frames over, not timed. The answer is a polars frame: columns "same" or "five", in order of urgency or in any."""
    held = {key: _taken(frame) for key, frame in frames.items()}
    hand = Hand(
        {key: frame.lazy() for key, frame in {**held, "periods": _taken(named(today))}.items()},
        _taken(calendar),
        today,
        bounds(today, calendar),
    )

    def answer(columns: str, ordered: bool) -> Any:
        found = hand.same() if columns == "same" else hand.judged()
        found = found.sort("urgency", "due", "key") if ordered else found
        return found.select(SAME if columns == "same" else FIVE).collect()

    return answer


def _taken(frame: pd.DataFrame) -> Any:
    """Dates as dates, instants as instants, words as text."""
    found = pl.from_arrow(pa.Table.from_pandas(frame, preserve_index=False))
    words = [name for name, kind in found.schema.items() if kind == pl.Categorical or isinstance(kind, pl.Enum)]
    days = [name for name, kind in found.schema.items() if kind.base_type() == pl.Datetime and not name.endswith("_at")]
    return found.with_columns(pl.col(words).cast(pl.String), pl.col(days).cast(pl.Date))


class Hand(Records, Periods, Thresholds):
    """The rules, verb by verb. Each part answers with: rule, table, row, customer, due, anchor, opens, met_on, roles and more."""

    def cadence(self) -> list[Any]:
        visits, known = self.whole(), self.known
        who = (
            visits.select(col("participants").unique()).with_columns(person=col("participants").str.split(";")).explode("person")
            .join(self.frames["staff"].select(person="id", role="role"), on="person")
            .group_by("participants").agg(cm=(col("role") == "customer_manager").any(), tl=(col("role") == "team_leader").any(),
                                          bl=(col("role") == "leader").any())
        )  # fmt: skip
        onsite, called = col("mode") == "onsite", (col("mode") == "phone") & col("kind").ne_missing("business")
        seen = visits.filter(col("visited_on") <= self.today, col("mode").is_in(["onsite", "phone"])).join(who, on="participants")
        day = col("visited_on")

        def when(counts: Any, since: str = "") -> Any:
            return pl.when(counts & (day >= pl.lit(known[since])) if since else counts).then(day)

        marked = seen.select(
            "customer", r11=when(onsite & col("cm")), r12_0=when(called & col("cm"), "week0"), r12_1=when(called & col("cm"), "week1"),
            r13_0=when(onsite & col("tl"), "month0"), r13_1=when(onsite & col("tl"), "month1"), r14=when(called & col("tl")),
            r16_0=when(called & col("bl"), "month0"), r16_1=when(called & col("bl"), "month1"),
        )  # fmt: skip
        log = marked.group_by("customer").agg(col("r11", "r14").max(), col("r12_0", "r12_1", "r13_0", "r13_1", "r16_0", "r16_1").min())
        days = seen.filter(onsite & col("bl"), day >= pl.lit(known["quarter0"])).select("customer", day="visited_on").unique()
        late = days.filter(col("day") >= pl.lit(known["quarter1"]))
        twice = [
            each.group_by("customer").agg(col("day").sort().get(1, null_on_oob=True).alias(f"r15_{n}"))
            for n, each in enumerate((days, late))
        ]
        owed = (
            self.frames["customers"].filter(~col("status").fill_null("").is_in(GONE))
            .select("id", officer=col("credit_officer").fill_null(""), since=self.since("assigned_on", "filed_on"),
                    filed=self.since("filed_on", "assigned_on"))
            .join(log, left_on="id", right_on="customer", how="left")
            .join(twice[0], left_on="id", right_on="customer", how="left").join(twice[1], left_on="id", right_on="customer", how="left")
        )  # fmt: skip
        found = [self.rolling(owed, "R11", "r11", "customer_manager"), self.rolling(owed, "R14", "r14", "team_leader")]
        for rule, unit, role in (("R12", "week", "customer_manager"), ("R13", "month", "team_leader"), ("R15", "quarter", "leader"),
                                 ("R16", "month", "leader")):  # fmt: skip
            found += [self.period(owed, rule, unit, role, n) for n in (0, 1)]
        return found

    def rolling(self, owed: Any, rule: str, last: str, role: str) -> Any:
        anchor = self.since(last, "since")
        due = self.pick("later", col("anchor") + pl.duration(days=14))
        rows = owed.select("id", "officer", anchor=anchor).filter(col("anchor") <= self.today).with_columns(due=due)
        name = col("due").dt.to_string()
        return rows.select(
            *_head(rule, "customers", "id"), name.alias("occurrence"), "due", "anchor", **tail(roles=role, officer=col("officer"))
        )

    def period(self, owed: Any, rule: str, unit: str, role: str, n: int) -> Any:
        first = self.known[f"{unit}{n}"]
        start = pl.lit(first)
        end = (
            start.dt.offset_by("6d")
            if unit == "week"
            else start.dt.month_end()
            if unit == "month"
            else start.dt.offset_by("2mo").dt.month_end()
        )
        name = f"{first:%G-W%V}" if unit == "week" else f"{first:%Y-%m}" if unit == "month" else f"{first.year}Q{(first.month + 2) // 3}"
        waived = unit == "week" and self.known[f"waive{n}"]
        more = tail(
            roles=role, officer=col("officer"), opens=start, met_on=col(f"{rule.lower()}_{n}"), fixed=pl.lit("waived" if waived else "")
        )
        rows = owed.filter(col("filed" if role == "leader" else "since") <= start)
        return rows.select(
            *_head(rule, "customers", "id"), pl.lit(name).alias("occurrence"), end.alias("due"), start.alias("anchor"), **more
        )

    def pick_latest(self, table: str) -> Any:
        """Rows of customers who have not left, with the days that the rules about them count from."""
        customers = self.frames["customers"].select(customer="id", gone=col("status").is_in(GONE))
        rows = self.frames[table].join(customers, on="customer", how="left").filter(~col("gone").fill_null(False))
        lead = pl.when(col("authority") == "tier1").then(pl.lit("-2mo")).when(col("authority") == "tier2").then(pl.lit("-1mo"))
        month = col("expires_on").dt.offset_by("-1mo")
        return rows.with_columns(
            since=pl.coalesce("effective_on", "expires_on"), officer=col("credit_officer").fill_null(""),
            letter=self.pick("earlier", col("expires_on").dt.offset_by(lead.otherwise(pl.lit("-3mo")))),
            half=self.pick("earlier", col("expires_on") - pl.duration(days=15)), month=self.pick("earlier", month),
            gather=self.pick("back5", month), entry=self.pick("back5", col("expires_on") - pl.duration(days=15)),
            dig=self.pick("earlier", self.pick("back10", month)), sent=pl.coalesce("notice_on", "submitted_on"),
            received=pl.coalesce("notice_received_on", "submitted_on"),
        )  # fmt: skip

    def deadline(self, rows: Any, rule: str, table: str, due: Any, done: Any, *, role: str = "customer_manager", opens: Any = NONE,
                 soft: bool = False, officer: Any = None, anchor: str = "expires_on", owner: Any = None) -> Any:  # fmt: skip
        met = self.done(done)
        met = pl.when(met.is_null() & (due <= self.today)).then(due - pl.duration(days=1)).otherwise(met) if soft else met
        fixed = pl.lit("") if anchor != "expires_on" else pl.when("old").then(pl.lit("superseded")).otherwise(pl.lit(""))
        more = tail(roles=role, officer=officer, opens=opens, met_on=met, fixed=fixed, owner=owner)
        rows = rows.filter(col(anchor).is_not_null())
        occurrence = due.dt.to_string().alias("occurrence")
        return rows.select(*_head(rule, table, "customer"), occurrence, due.alias("due"), col(anchor).alias("anchor"), **more)

    def ratings(self) -> list[Any]:
        rows, officer, letter, half = _old(self.pick_latest("ratings"), "customer"), col("officer"), col("letter"), col("half")
        begun = pl.coalesce("initiated_on", "submitted_on")
        return [
            self.deadline(rows, "R25s", "ratings", letter, col("sent"), officer=officer, role="credit_officer"),
            self.deadline(rows, "R25r", "ratings", letter, col("received"), officer=officer),
            self.deadline(rows, "R25a", "ratings", letter, col("sent"), officer=officer, opens=letter - pl.duration(days=30), soft=True),
            self.deadline(rows, "R26", "ratings", half, begun, officer=officer, opens=col("expires_on") - pl.duration(days=60)),
            self.deadline(rows, "R26d", "ratings", col("entry"), pl.coalesce("entered_on", "submitted_on"), officer=officer),
            self.deadline(rows, "R27", "ratings", half, col("submitted_on"), officer=officer),
            self.deadline(rows, "R28", "ratings", col("expires_on"), NONE, officer=officer),
        ]

    def lines(self) -> list[Any]:
        every, officer, letter = self.pick_latest("credit_lines"), col("officer"), col("letter")
        rows, on = _old(every, "customer", "kind"), _old(every.filter(col("intention").ne_missing("exit")), "customer", "kind")
        return [
            self.deadline(rows, "R29s", "credit_lines", letter, col("sent"), officer=officer, role="credit_officer"),
            self.deadline(rows, "R29r", "credit_lines", letter, col("received"), officer=officer),
            self.deadline(
                rows, "R29a", "credit_lines", letter, col("sent"), officer=officer, opens=letter - pl.duration(days=30), soft=True
            ),
            self.deadline(on, "R30", "credit_lines", col("month"), col("submitted_on"), officer=officer),
            self.deadline(on, "R30e", "credit_lines", col("expires_on"), NONE, officer=officer),
            self.deadline(on, "R31m", "credit_lines", col("gather"), pl.coalesce("materials_on", "submitted_on"), officer=officer),
            self.deadline(on, "R31", "credit_lines", col("dig"), col("diligence_on"), officer=officer),
        ]

    def others(self) -> list[Any]:
        """Loans, measures and tasks."""
        ends = col("matures_on")
        loans = self.frames["loans"].filter(col("balance").ne_missing(0), col("repaid_on").is_null())
        working = loans.filter(col("product") == "working_capital")
        goes_on = working.filter(col("maturity_plan").ne_missing("repay"))
        talked = pl.coalesce("talked_on", "renewal_on")
        before = {days: self.pick("earlier", ends - pl.duration(days=days)) for days in (15, 30)}
        open_ = ~col("status").fill_null("").is_in(["done", "dropped"])
        measures, tasks = (self.frames[key].filter(open_).with_columns(col("customer").fill_null("")) for key in ("measures", "tasks"))
        reported = pl.when(col("report").fill_null("") != "").then(col("done_on"))
        due, owner = self.pick("later", col("due_on")), col("owner").fill_null("")
        month = self.pick("earlier", ends.dt.offset_by("-1mo"))
        return [
            self.deadline(loans, "R32", "loans", month, col("notice_on"), anchor="matures_on"),
            self.deadline(working, "R33t", "loans", before[30], talked, anchor="matures_on"),
            self.deadline(goes_on, "R33r", "loans", before[15], col("renewal_on"), anchor="matures_on"),
            self.deadline(measures, "R10", "measures", due, col("done_on"), anchor="due_on", role="owner", owner=owner),
            self.deadline(tasks, "R44", "tasks", due, reported, anchor="due_on", role="owner", owner=owner),
        ]

    def responses(self) -> list[Any]:
        day = pl.Date
        begun = self.frames["opportunities"].filter(~col("stage").fill_null("").is_in(["lost", "shelved"])).select(
            "id", "customer", "stage", made=col("created_at").cast(day), submitted=col("submitted_at").cast(day),
            moved=pl.coalesce(col("stage_on"), col("created_at").cast(day)), reported=col("reported_at").cast(day),
            upreport="upreport", upreported=pl.when(col("upreport_to").fill_null("") != "").then(col("upreported_at")).cast(day),
            feedback=pl.when(col("feedback").fill_null("") != "").then(col("feedback_at")).cast(day),
        )  # fmt: skip
        runs = begun.filter(~col("stage").fill_null("").is_in(["landed", "signed"]))
        visits = self.whole().filter(col("kind") == "business", col("mode") == "onsite", col("opportunity").is_not_null())
        plans = self.frames["marketing_plans"].select("opportunity", on="made_on")
        channels, up = self.frames["channels"].select("opportunity", on="since"), begun.filter(col("upreport").eq_missing(True))
        visited, planned, talked = (self.first(runs, rows) for rows in (visits.select("opportunity", on="visited_on"), plans, channels))
        morrow = self.pick("later", col("made") + pl.duration(days=1))
        return [
            self.response(begun, "R20", col("made"), self.done(col("submitted"))),
            self.response(begun, "R21f", morrow, self.done(col("feedback")), role="team_leader"),
            self.response(begun, "R21r", morrow, self.done(col("reported")), role="team_leader"),
            self.response(runs.join(visited, on="id", how="left"), "R22", self.pick("on3", col("made")), col("met")),
            self.response(runs.join(planned, on="id", how="left"), "R23", self.pick("on5", col("made")), col("met")),
            self.response(runs.join(talked, on="id", how="left"), "R24c", self.pick("on10", col("made")), col("met")),
            self.response(
                up, "R21u", self.pick("on2", col("reported")), self.done(col("upreported")), role="team_leader", anchor="reported"
            ),
            self.response(runs, "R24", self.pick("later", col("moved") + pl.duration(days=30)), NONE, anchor="moved"),
        ]

    def first(self, begun: Any, events: Any) -> Any:
        """The first event of each opportunity since its clock began."""
        pairs = events.filter(col("on") <= self.today).join(begun.select("id", "made"), left_on="opportunity", right_on="id")
        return pairs.filter(col("on") >= col("made")).group_by(id="opportunity").agg(met=col("on").min())

    def response(self, rows: Any, rule: str, due: Any, met: Any, *, role: str = "customer_manager", anchor: str = "made") -> Any:
        rows = rows.filter(self.begun(col(anchor)))
        occurrence = due.dt.to_string().alias("occurrence")
        head = _head(rule, "opportunities", "customer")
        return rows.select(*head, occurrence, due.alias("due"), col(anchor).alias("anchor"), **tail(roles=role, met_on=met))

    def judged(self) -> Any:
        every = pl.concat([*self.cadence(), *self.ratings(), *self.lines(), *self.others(), *self.responses(),
                           *self.records(), *self.filing(), *self.crossed()])  # fmt: skip
        due, met = col("due"), col("met_on")
        state = (
            pl.when(col("fixed") != "").then(col("fixed"))
            .when(met <= due).then(pl.lit("met")).when(met.is_not_null()).then(pl.lit("met_late"))
            .when(due < self.today).then(pl.lit("overdue")).when(due == self.today).then(pl.lit("due_today"))
            .when(due <= self.today + pl.duration(days=7)).then(pl.lit("due_soon")).otherwise(pl.lit("planned"))
        )  # fmt: skip
        found = every.with_columns(key=pl.concat_str("rule", "row", "occurrence", separator="|"), state=state)
        return found.with_columns(urgency=col("state").replace_strict(URGENCY, range(len(URGENCY)), return_dtype=pl.UInt8))

    def same(self) -> Any:
        late, until = col("state").is_in(["overdue", "met_late"]), pl.coalesce(col("met_on"), self.today)
        worked = self.pick("rank", until) - self.pick("rank", col("due"))
        return self.judged().with_columns(
            days_late=pl.when(late).then((until - col("due")).dt.total_days()).otherwise(0),
            workdays_late=pl.when(late).then(worked).otherwise(0), provisional=self.pick("guessed", col("due")),
        )  # fmt: skip


def _old(rows: Any, *group: str) -> Any:
    """Whether a later row of the group has replaced a row."""
    order = rows.sort(*group, "since", "expires_on", "id", nulls_last=False)
    return order.with_columns(old=~pl.struct(group).is_last_distinct())


def _head(rule: str, table: str, customer: str) -> list[Any]:
    return [pl.lit(rule).alias("rule"), pl.lit(table).alias("table"), col("id").alias("row"), col(customer).alias("customer")]
