"""By hand in polars: further deadlines, responses and cadences, which count from a day of a row itself."""

from __future__ import annotations

from typing import Any

from benchmarks.polars_base import MANAGER, NONE, Base, coalesce, col, owed, pl

OVER = ("done", "dropped")
LOOKERS = (MANAGER, "credit_officer")


class Records(Base):
    def records(self) -> list[Any]:
        return [*self._deadlines(), *self._since_a_day(), *self._visits(), *self._again()]

    def _deadlines(self) -> list[Any]:
        owner, open_ = col("owner").fill_null(""), ~col("status").fill_null("").is_in(OVER)
        actions = self.about("plan_actions", "plan", "plans", "superseded", pl.col("status").alias("state"))
        actions = actions.filter(open_, ~col("superseded").fill_null(False), col("state").ne_missing("draft"))
        steps = self.about("marketing_steps", "marketing_plan", "marketing_plans").filter(open_)
        tasks = (("R10p", "plan_actions", actions), ("R23s", "marketing_steps", steps),
                 ("R24r", "resources", self.about("resources", "opportunity", "opportunities")))  # fmt: skip
        due, met = self.pick("later", col("due_on")), self.done(col("done_on"))
        found = [
            owed(rows.filter(col("due_on").is_not_null()), rule, table, due, col("due_on"), roles="owner", met_on=met, owner=owner)
            for rule, table, rows in tasks
        ]
        mends = self.about("fund_checks", "loan", "loans").filter(col("mend_by").is_not_null())
        products = self.stays(self.frames["products"].filter(col("status").is_in(["signed", "in_use"]), col("expires_on").is_not_null()))
        ends = self.pick("earlier", col("expires_on") - pl.duration(days=30))
        files, refresh = self.here().filter(col("next_update_on").is_not_null()), col("next_update_on")
        return [
            *found,
            owed(mends, "R38x", "fund_checks", self.pick("earlier", col("mend_by")), col("mend_by"), met_on=self.done(col("mended_on"))),
            owed(products, "R41p", "products", ends, col("expires_on")),
            owed(files, "R01y", "customers", self.pick("later", refresh), refresh, customer=col("id"), officer=col("officer")),
        ]

    def _since_a_day(self) -> list[Any]:
        owner, loans = col("owner").fill_null(""), self.owes()
        problems, raised = self.frames["problems"].filter(self.begun(col("raised_on"))), col("raised_on")
        reviews, written = self.frames["reviews"].filter(self.begun(col("written_on"))), col("written_on")
        told = self.done(pl.when(col("conclusion").fill_null("") != "").then(col("discussed_on")))
        paid = self.frames["fund_checks"].filter(col("kind").is_in(["first", "use"]), col("checked_on") <= self.today)
        paid = paid.join(loans.select(loan="id", drawn="drawn_on"), on="loan").filter(col("checked_on") >= col("drawn"))
        paid = paid.group_by(id="loan").agg(met=col("checked_on").min())
        lent = loans.join(paid, on="id", how="left").filter(self.begun(col("drawn_on")))
        noticed, notice = loans.filter(self.begun(col("notice_on"))), col("notice_on")
        looks = self.about("interest_checks", "loan", "loans").filter(col("result").is_null(), self.begun(col("interest_on")))
        ended = pl.when(col("result").fill_null("") != "").then(col("solved_on"))
        solved, taken = self.done(ended), self.done(coalesce("taken_on", ended))
        return [
            owed(problems, "R39", "problems", self.pick("on5", raised), raised, roles="owner", owner=owner, met_on=solved),
            owed(problems, "R39a", "problems", self.pick("on1", raised), raised, roles="owner", owner=owner, met_on=taken),
            owed(reviews, "R08", "reviews", self.pick("on5", written), written, roles="owner;leader", owner=owner, met_on=told,
                 customer=pl.lit("")),
            owed(noticed, "R32r", "loans", self.pick("on5", notice), notice, met_on=self.done(col("receipt_on"))),
            owed(lent, "R38f", "loans", self.pick("earlier", col("drawn_on") + pl.duration(days=15)), col("drawn_on"), met_on=col("met")),
            owed(looks, "R34s", "interest_checks", self.pick("on1", col("interest_on")), col("interest_on")),
        ]  # fmt: skip

    def _visits(self) -> list[Any]:
        planned, owner = col("planned_on"), col("recorded_by").fill_null("")
        rows = self.stays(self.frames["visits"].filter(planned.is_not_null()))
        words = col("preparation").fill_null("").str.replace_all("[；;、，,]", "\n").str.split("\n")
        items = words.list.eval(pl.element().str.strip_chars() != "").list.sum()
        bare, over = rows.filter(col("visited_on").is_null(), items < 3), pl.when(planned <= self.today).then(planned - pl.duration(days=1))
        return [
            owed(rows.filter(self.begun(planned)), "R19", "visits", self.pick("on1", planned), planned, roles="owner", owner=owner,
                 met_on=self.done(col("visited_on"))),
            owed(bare, "R18", "visits", planned, planned, roles="owner", owner=owner, met_on=over),
        ]  # fmt: skip

    def _again(self) -> list[Any]:
        """Looks at what a loan was used for, by quarter or month; the cash plans of those who save."""
        staff = self.frames["staff"].filter(col("role").is_in(LOOKERS)).select(staff="id")
        on, known = col("checked_on"), self.known
        firsts = {f"{unit}{n}": pl.when(on >= pl.lit(known[f"{unit}{n}"])).then(on).min() for unit in ("quarter", "month") for n in (0, 1)}
        looked = self.frames["fund_checks"].filter(on <= self.today).join(staff, on="staff", how="semi").group_by(id="loan").agg(**firsts)
        loans, found = self.owes().join(looked, on="id", how="left"), []
        for rule, unit, rows in (("R38q", "quarter", loans.filter(col("risk_class") == "normal")),
                                 ("R38m", "month", loans.filter(col("risk_class").ne_missing("normal")))):  # fmt: skip
            for n in (0, 1):
                first = known[f"{unit}{n}"]
                start, name = pl.lit(first), f"{first:%Y-%m}" if unit == "month" else f"{first.year}Q{(first.month + 2) // 3}"
                end = start.dt.month_end() if unit == "month" else start.dt.offset_by("2mo").dt.month_end()
                found.append(
                    owed(rows.filter(col("since") <= start), rule, "loans", end, start, roles=";".join(LOOKERS), name=pl.lit(name),
                         opens=start, met_on=col(f"{unit}{n}"))
                )  # fmt: skip
        noted = self.frames["cash_plans"].filter(col("noted_on") <= self.today).group_by(id="customer").agg(last=col("noted_on").max())
        savers = self.here().filter(col("saves"), col("tier").is_in(["key", "quality"])).join(noted, on="id", how="left")
        savers = savers.with_columns(anchor=self.since("last", "since")).filter(col("anchor") <= self.today)
        due = self.pick("later", col("anchor") + pl.duration(days=30))
        return [*found, owed(savers, "R43", "customers", due, col("anchor"), customer=col("id"), officer=col("officer"), met_on=NONE)]
