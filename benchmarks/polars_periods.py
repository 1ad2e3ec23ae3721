"""By hand in polars: a record for each period (R01–R07, R28m, R34–R36)."""

from __future__ import annotations

from typing import Any

from benchmarks.polars_base import MANAGER, Base, coalesce, col, owed, pl

FILE = ("name", "uscc", "kind", "ownership", "industry", "size", "address", "main_business", "legal_representative", "tier", "status",
        "flags", "basic_account_bank", "owner", "team", "assigned_on")  # fmt: skip


class Periods(Base):
    def filing(self) -> list[Any]:
        return [*self._managers(), *self._accounts(), *self._statements(), self._plans(), self._interest(), *self._once()]

    def _managers(self) -> list[Any]:
        words = pl.any_horizontal(col(one).fill_null("") != "" for one in ("summary", "shortcomings", "next_plan"))
        reviews = self.frames["reviews"].filter(words).select("period", id="owner", on="written_on")
        staff, found = self._who(), []
        for rule, unit in (("R05", "month"), ("R06", "quarter"), ("R07", "year")):
            found.append(self._each(rule, "staff", staff, unit, reviews, self.pick("on5", col("last")), staffed=True))
        calendar, today = self.calendar, self.day
        days = calendar.filter(pl.col("works") & (pl.col("day") < pl.lit(today))).tail(10).select("day", "on1").lazy()
        diary = self.frames["diary"].select(id="staff", day="on", met="on").unique()
        away = self.frames["leave"].join(days, how="cross").filter(col("day").is_between("from_on", "to_on"))
        away = away.select(id="staff", day="day", away=pl.lit("waived")).unique()
        rows = staff.join(days, how="cross").filter(col("since") <= col("day"))
        rows = rows.join(diary, on=["id", "day"], how="left").join(away, on=["id", "day"], how="left")
        day = col("day")
        return [
            *found,
            owed(rows, "R02", "staff", pl.max_horizontal("on1", "since"), day, name=day.dt.to_string(), opens=day, met_on=col("met"),
                 fixed=col("away").fill_null(""), roles="owner", owner=col("id"), customer=pl.lit("")),
        ]  # fmt: skip

    def _who(self) -> Any:
        """Managers with customers in their care."""
        staff = self.frames["staff"].filter(col("role") == MANAGER, col("status").ne_missing("left"))
        return staff.join(self.here().select(id="owner"), on="id", how="semi").with_columns(since=self.since("joined_on"))

    def _each(self, rule: str, table: str, rows: Any, unit: str, records: Any, due: Any, *, staffed: bool = False, **more: Any) -> Any:
        """One due a row and period that has no record of it, nor one of a longer period that ends with it."""
        every = self.frames["periods"]
        mine = every.filter(col("unit") == unit, col("owed"))
        covers = every.select("last", period="name", begins="first").join(mine.select("first", "last"), on="last")
        covers = covers.filter(col("begins") <= col("first")).select("period", "first")
        met = records.filter(col("on") <= self.today).join(covers, on="period").group_by("id", "first").agg(met=col("on").min())
        rows = rows.join(mine.select("first", "last", "recent", occurrence="name"), how="cross").filter(col("since") <= col("last"))
        rows = rows.join(met, on=["id", "first"], how="left").filter(col("recent") | col("met").is_null())
        more |= {"roles": "owner", "owner": col("id"), "customer": pl.lit("")} if staffed else {}
        due = pl.max_horizontal(due, "since")
        return owed(rows, rule, table, due, col("last"), name=col("occurrence"), opens=col("first"), met_on=col("met"), **more)

    def _accounts(self) -> list[Any]:
        vital, filed = col("key_account").fill_null(False), self.frames["reconciliations"]
        every = self.stays(self.frames["accounts"].filter(col("status") == "normal", col("exempt").fill_null("") == ""))
        every = every.with_columns(since=self.since("opened_on"))
        came = pl.when(col("result").is_in(["match", "differs"])).then(col("returned_on"))
        told, back = (filed.select("period", id="account", on=on) for on in (coalesce("reminded_on", came), came))
        on3, on15 = self.pick("on3", col("last")), self.pick("on15", col("last"))
        return [
            self._each("R35m", "accounts", every.filter(vital), "month", told, on3),
            self._each("R35mr", "accounts", every.filter(vital), "month", back, on15),
            self._each("R35q", "accounts", every.filter(~vital), "quarter", told, on3),
            self._each("R35qr", "accounts", every.filter(~vital), "quarter", back, on15),
        ]

    def _statements(self) -> list[Any]:
        rows, filed = (
            self.here().filter(col("borrows")),
            self.frames["statements"].select("period", "audited", id="customer", on="entered_on"),
        )
        audited = filed.filter(col("audited").fill_null(False))
        late, april = (
            self.pick("earlier", col("last") + pl.duration(days=30)),
            self.pick("earlier", pl.date(col("last").dt.year() + 1, 4, 30)),
        )
        more = {"customer": col("id"), "officer": col("officer")}
        return [
            self._each("R36q", "customers", rows, "quarter", filed, late, **more),
            self._each("R36y", "customers", rows, "year", audited, april, **more),
        ]

    def _plans(self) -> Any:
        year, start = self.day.year, pl.lit(self.known["year1"])
        plans = self.frames["plans"].filter(col("status").ne_missing("draft"), col("year") == year, col("made_on") <= self.today)
        end, made = pl.date(year, 12, 31), plans.group_by(id="customer").agg(met=col("made_on").min())
        rows = self.here().filter(col("since") <= end).join(made, on="id", how="left")
        limit = self.pick("later", pl.max_horizontal(start.dt.offset_by("30d"), col("since") + pl.duration(days=30)))
        return owed(rows, "R03", "customers", pl.max_horizontal(limit, "since"), end, name=pl.lit(str(year)), opens=start,
                    met_on=col("met"), customer=col("id"), officer=col("officer"))  # fmt: skip

    def _interest(self) -> Any:
        """The last interest days of each loan and the next."""
        months = pl.DataFrame({"n": range(-4, 4)}).lazy()
        months = months.select(month=pl.lit(self.known["month1"]).dt.offset_by(pl.format("{}mo", "n")))
        quarterly, at_end = col("interest_cycle").eq_missing("quarterly"), col("interest_cycle").eq_missing("at_maturity")
        loans = self.owes().select("id", "customer", "since", "matures_on", "interest_cycle", "interest_day")
        last = pl.min_horizontal(col("interest_day").fill_null(20), col("month").dt.month_end().dt.day())
        rows = loans.filter(~at_end).join(months, how="cross").with_columns(last=col("month") + pl.duration(days=last - 1))
        rows = rows.with_columns(
            first=pl.when(quarterly).then(col("last").dt.offset_by("-3mo")).otherwise(col("last").dt.offset_by("-1mo"))
            + pl.duration(days=1)
        )
        rows = rows.filter(
            ~quarterly | (col("month").dt.month() % 3 == 0), col("since") < col("last"), col("first") <= self.today,
            (col("last") <= col("matures_on")).fill_null(True),
        )  # fmt: skip
        ends = loans.filter(at_end, col("since") <= col("matures_on"), col("since") <= self.today)
        ends = ends.with_columns(last="matures_on", first=col("since") + pl.duration(days=1))
        names = ("id", "customer", "since", "first", "last")
        rows = pl.concat([rows.select(names), ends.select(names)])
        looks = self.frames["interest_checks"].filter(col("checked_on") <= self.today).select("interest_on", "checked_on", id="loan")
        looks = looks.join(rows, on="id").filter(col("interest_on").is_between("first", "last"))
        rows = rows.join(looks.group_by("id", "last").agg(met=col("checked_on").min()), on=["id", "last"], how="left")
        rows = rows.filter(col("met").is_null() | (col("last") >= self.today.dt.offset_by("-31d")))
        due, last = pl.max_horizontal(self.pick("back3", col("last")), "since"), col("last")
        return owed(rows, "R34", "loans", due, last, name=last.dt.to_string(), opens=col("first"), met_on=col("met"))

    def _once(self) -> list[Any]:
        """Files that are not whole; borrowers without a rating."""

        def has(*tables: str) -> Any:
            named = [self.frames[table].select(id="customer") for table in tables]
            return pl.concat(named).unique().with_columns(there=pl.lit(True))

        rows = self.here().filter(col("since") <= self.today)
        for name, tables in {
            "people": ("contacts",),
            "held": ("accounts",),
            "lent": ("loans", "credit_lines"),
            "rated": ("ratings",),
        }.items():
            rows = rows.join(has(*tables).rename({"there": name}), on="id", how="left").with_columns(col(name).fill_null(False))
        filled = pl.all_horizontal(col(key).cast(pl.String).fill_null("") != "" for key in FILE)
        whole = filled & col("people") & (~col("saves") | col("held")) & (~col("borrows") | (col("lent") & col("rated")))
        graded = self.frames["ratings"].filter(
            ~col("grade").fill_null("none").is_in(["", "none"]), col("result").ne_missing("refused")
        ).select(id="customer")  # fmt: skip
        bare, since = self.here().filter(col("borrows"), col("since") <= self.today).join(graded, on="id", how="anti"), col("since")
        more = {"name": pl.lit("once"), "customer": col("id"), "officer": col("officer")}
        return [
            owed(rows.filter(~whole), "R01", "customers", self.pick("on5", since), since, **more),
            owed(bare, "R28m", "customers", since, since, **more),
        ]
