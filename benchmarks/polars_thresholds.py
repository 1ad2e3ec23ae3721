"""By hand in polars: a figure crosses a line (R04, R19w, R34a, R34b, R34m, R37, R38, R40, R41)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from benchmarks.polars_base import MANAGER, Base, coalesce, col, complete, owed, pl

FULL, LINE = 1_000_000, 800_000
FLOWS = ("fee", "loan_new", "trade", "settlement")


class Thresholds(Base):
    def crossed(self) -> list[Any]:
        return [*self._plans_behind(), *self._shares_behind(), *self._short(), *self._payments(), self._records_not_whole()]

    def _sum(self, table: str, *columns: str, where: Any = True) -> Any:
        return self.frames[table].filter(where).group_by("customer").agg(col(*columns).sum())

    def _in_year(self, column: str) -> Any:
        return col(column).is_between(pl.lit(self.known["year1"]), self.today)

    def _shared(self) -> Any:
        """Of each customer our share of deposits, and by how much it grew over two quarters."""
        rows = self.frames["shares"].filter(col("block") == "deposit", col("as_of") <= self.today).sort("as_of").with_columns(
            ours=col("ours").fill_null(0), whole=col("ours").fill_null(0) + col("others").fill_null(0)
        )  # fmt: skip
        then = col("as_of") < pl.lit(self.known["quarter0"])
        last = rows.group_by("customer").agg(
            ours=col("ours").last(),
            whole=col("whole").last(),
            ours_0=col("ours").filter(then).last(),
            whole_0=col("whole").filter(then).last(),
        )
        held = self.frames["customers"].select(customer="id", written="share_deposit").join(last, on="customer", how="left")
        top, bottom = coalesce("ours", "written"), coalesce("whole", pl.lit(FULL))
        now, before = (pl.when(col(whole) > 0).then(col(ours) / col(whole)) for ours, whole in (("ours", "whole"), ("ours_0", "whole_0")))
        return held.select("customer", share=pl.when(bottom > 0).then(top * FULL / bottom), growth=now - before)

    def _plans_behind(self) -> list[Any]:
        if self.day.month < 4:  # judged once the first quarter is over
            return []
        plans = self.frames["plans"].filter(
            col("year") == self.day.year, col("status").ne_missing("draft"), ~col("superseded").fill_null(False)
        ).select("id", "customer")  # fmt: skip
        lines = (col("expires_on") >= self.today) & (col("effective_on") <= self.today).fill_null(True)
        known = [
            self._sum("accounts", "balance", "year_avg"),
            self._sum("loans", "balance").rename({"balance": "lent"}),
            self._sum("loans", "amount", where=self._in_year("drawn_on")).rename({"amount": "fresh"}),
            self._sum("credit_lines", "amount", where=lines).rename({"amount": "line"}),
            self._sum("fees", "received", where=self._in_year("on")),
            self._shared(),
        ]
        rows = self.frames["plan_targets"].join(plans, left_on="plan", right_on="id")
        for one in known:
            rows = rows.join(one, on="customer", how="left")
        of = {"deposit_end": "balance", "deposit_avg": "year_avg", "loan_balance": "lent", "loan_new": "fresh", "line": "line",
              "fee": "received", "deposit_share": "share"}  # fmt: skip
        target, gone = col("target"), self.known["gone"]
        goal, last, reached = (
            pl.sum_horizontal(col(name).fill_null(0) for name in names)
            for names in (("goal", "goal_number", "goal_share"), ("last_actual", "last_number", "last_share"),
                          ("actual", "actual_number", "actual_share"))
        )  # fmt: skip
        for name, column in of.items():
            reached = pl.when(target == name).then(col(column).fill_null(0)).otherwise(reached)
        due = pl.when(target.is_in(FLOWS)).then(goal * gone).otherwise(last + (goal - last) * gone)
        rows = rows.with_columns(due=due, reached=reached).with_columns(pace=pl.min_horizontal(col("reached") / col("due"), 1.5))
        counts, fee = col("due") > 0, target == "fee"
        found = rows.group_by(id="plan").agg(
            pace=col("pace").filter(counts).mean() * FULL, fee_goal=col("goal").filter(fee).sum() * gone, received=col("received").first()
        )
        paid = pl.when(col("fee_goal") > 0).then(col("received").fill_null(0) * FULL / col("fee_goal"))
        rows = self.stays(plans.join(found, on="id")).with_columns(fee_pace=paid)
        amended = self._since_quarter("amendments", "plan", "amended_on")
        return [
            self._this_quarter(rule, "plans", rows.filter(col(pace) < LINE), amended, "on10")
            for rule, pace in (("R04", "pace"), ("R41", "fee_pace"))
        ]

    def _shares_behind(self) -> list[Any]:
        rows = self.here().filter(col("tier").is_in(["key", "quality"])).join(self._shared(), left_on="id", right_on="customer")
        noted, more = self._since_quarter("measures", "customer", "noted_on"), {"customer": col("id"), "officer": col("officer")}
        ours = rows.filter(col("basic_account_bank") == "ours", col("share") < 500_000)
        others = rows.filter(col("basic_account_bank") == "other", col("growth") <= 0)
        return [
            self._this_quarter("R40o", "customers", ours, noted, "on15", **more),
            self._this_quarter("R40e", "customers", others, noted, "on15", **more),
        ]

    def _since_quarter(self, table: str, owner: str, day: str) -> Any:
        rows = self.frames[table].filter(col(day).is_between(self.quarter, self.today))
        return rows.group_by(id=owner).agg(met=col(day).min())

    def _this_quarter(self, rule: str, table: str, rows: Any, met: Any, days: str, **more: Any) -> Any:
        first, last = self.known["quarter1"], pl.lit(self.known["quarter2"] - timedelta(days=1))
        name, due = pl.lit(f"{first.year}Q{(first.month + 2) // 3}"), self.pick(days, self.quarter)
        rows = rows.join(met, on="id", how="left")
        return owed(rows, rule, table, due, last, name=name, opens=self.quarter, met_on=col("met"), **more)

    def _short(self) -> list[Any]:
        on = col("interest_on")
        rows = self.about("interest_checks", "loan", "loans", "repaid_on").filter(on >= self.live)
        lacks = rows.filter(col("interest_due").fill_null(0) > col("balance").fill_null(0))
        stands = rows.filter(col("arrears") > 0, col("result").ne_missing("full"), col("repaid_on").is_null())
        return [
            owed(lacks, "R34m", "interest_checks", self.pick("back2", on), on, met_on=self.done(col("reminded_on"))),
            owed(lacks, "R34b", "interest_checks", self.pick("back1", on), on, met_on=self.done(col("rechecked_on"))),
            owed(stands, "R34a", "interest_checks", on, on),
        ]

    def _payments(self) -> list[Any]:
        day, amount, outside = col("pays_on"), col("amount"), col("payee_kind").ne_missing("same")
        rows = self.frames["payments"].join(self._sum("accounts", "balance"), on="customer", how="left").sort("customer", "pays_on")
        rows = rows.with_columns(
            of_day=amount.sum().over("customer", "pays_on"), leaves=pl.when(outside).then(amount).otherwise(0),
            met=self.done(pl.when(col("signed_by").fill_null("") != "").then(col("signed_at")).cast(pl.Date)),
        )  # fmt: skip
        rows = rows.with_columns(of_three=col("leaves").rolling_sum_by("pays_on", "3d").over("customer"))
        rows = rows.filter(day >= self.live)
        who = (
            pl.when(col("of_day") < 500_000_000).then(pl.lit(MANAGER))
            .when(col("of_day") <= 1_000_000_000).then(pl.lit("team_leader")).otherwise(pl.lit("leader"))
        )  # fmt: skip
        large = rows.filter(col("of_day") >= 200_000_000, outside)
        flood = rows.filter(outside, col("balance") > 0, col("of_three") * FULL / col("balance") >= 500_000)
        person = rows.filter(col("payee_kind") == "person", amount > 5_000_000, ~col("evidence").fill_null(False))
        drawn = rows.filter(col("funds") == "loan", col("pay_mode").ne_missing("entrusted")).join(
            self.frames["loans"].select("product", loan="id"), on="loan"
        )  # fmt: skip
        working = drawn.filter(col("product") == "working_capital", amount > 1_000_000_000)
        fixed = drawn.filter(col("product").is_in(["fixed_asset", "project", "property"]), amount > 500_000_000)
        both = f"{MANAGER};credit_officer"
        return [
            owed(large, "R37", "payments", day, day, roles=who, met_on=col("met")),
            owed(flood, "R37o", "payments", day, day, roles=f"{MANAGER};team_leader", met_on=col("met")),
            owed(person, "R37p", "payments", day, day),
            owed(working, "R38w", "payments", day, day, roles=both),
            owed(fixed, "R38g", "payments", day, day, roles=both),
        ]

    def _records_not_whole(self) -> Any:
        on = col("visited_on")
        rows = self.stays(self.frames["visits"].filter(on >= self.live, ~complete()))
        return owed(rows, "R19w", "visits", self.pick("on1", on), on, roles="owner", owner=col("recorded_by").fill_null(""))
