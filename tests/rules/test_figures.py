"""Every figure against a small branch that was counted by hand, and what it says where there is nothing to count."""

from __future__ import annotations

import warnings
from datetime import date

import numpy as np
import pytest

from rules import figure
from rules.figure import FULL, Figure
from rules.figures import FIGURES
from rules.ledgers import Ledgers
from sheets import book
from sheets.tables import TABLES
from tests.rules.stories.files import FULL as FILE_BUT_ADDRESS
from tests.rules.stories.files import WHOLE
from tests.rules.tables import at, branch, filled

NOT_KNOWN = None
WAN = 1_000_000  # fen
PERCENT = FULL // 100
FILES = "id|name|owner|status|flags|share_deposit"
PAY = "id|customer|pays_on|amount|payee_kind|signed_by|signed_at"


def counted(ledger: str, key: str, day: str, **ledgers: str) -> dict[str, float | None]:
    """The figure of each row, by its id: money in 万元, percents in percent; None where it has nothing to say."""
    here = Ledgers(branch(**ledgers), at(day))
    kind = of(ledger, key).kind
    size = {"money": WAN, "percent": PERCENT}.get(kind, 1)
    values = here.figure(ledger, key)
    return {row: NOT_KNOWN if np.isnan(one) else round(float(one) / size, 4) for row, one in zip(here.ids(ledger), values, strict=True)}


def total(ledger: str, key: str, day: str, **ledgers: str) -> float:
    """The figure of all rows together, in percent: the tops over the bottoms, never a mean of means."""
    here = Ledgers(branch(**ledgers), at(day))
    return round(figure.total(here, of(ledger, key)).value / PERCENT, 4)


def of(ledger: str, key: str) -> Figure:
    found = figure.find(ledger, key)
    assert found is not None
    return found


def test_a_file_is_as_full_as_the_blocks_that_concern_the_customer() -> None:
    """KH1 lacks one of 17 cells; KH2 saves and has no account; KH3 borrows and is rated; only the first has a key person."""
    row = FILE_BUT_ADDRESS.removeprefix("KH1").replace(" fee |", " {flags} |")
    files = "\n".join(
        [
            WHOLE,
            "KH1" + row.format(flags="fee"),
            "KH2" + row.format(flags="deposit") + "路1号",
            "KH3" + row.format(flags="credit") + "路1号",
        ]
    )
    more = {
        "customers": files, "contacts": "id|customer|name|position|parts|basis|in_post\nX|KH1|王澄|财务部|cfo|card|yes",
        "ratings": "id|customer|grade\nP|KH3|AA", "credit_lines": "id|customer|amount\nS|KH3|500",
    }  # fmt: skip
    assert counted("customers", "completeness", "2026-11-26", **more) == {"KH1": 97.0588, "KH2": 33.3333, "KH3": 75}
    assert total("customers", "completeness", "2026-11-26", **more) == round((97.0588235 + 33.3333333 + 75) / 3, 4)


PRODUCTS = """
id|customer|kind|product|status
C1|KH1|settlement|网银|in_use
C2|KH1|settlement|现金管理|signed
C3|KH1|agency|代发|signed
C4|KH1|trade|信用证|potential
C5|KH2|card|收单|ended
"""
TWO = f"{FILES}\nKH1|甲|1001|active|deposit|\nKH2|乙|1001|active|deposit|25%"


def test_two_products_of_one_kind_are_one_kind_and_a_potential_one_is_none() -> None:
    assert counted("customers", "products_held", "2026-11-26", customers=TWO, products=PRODUCTS) == {"KH1": 2, "KH2": 0}
    assert counted("customers", "penetration", "2026-11-26", customers=TWO, products=PRODUCTS) == {"KH1": 25, "KH2": 0}
    assert total("customers", "penetration", "2026-11-26", customers=TWO, products=PRODUCTS) == 12.5


def test_a_refused_rating_and_one_without_a_grade_are_none() -> None:
    ratings = "id|customer|grade|result\nP1|KH1|AA|approved\nP2|KH1|A|refused\nP3|KH2|none|\nP4|KH1|A|"
    assert counted("customers", "ratings_held", "2026-11-26", customers=TWO, ratings=ratings) == {"KH1": 2, "KH2": 0}


SHARES = """
id|customer|as_of|block|ours|others
S1|KH1|2026-03-31|deposit|30|70
S2|KH1|2026-09-30|deposit|40|60
S3|KH1|2026-12-31|deposit|90|10
S4|KH1|2026-10-31|loan|1|99
"""


def test_our_share_is_that_of_the_latest_statement_or_else_the_one_written_in_the_file() -> None:
    three = TWO + "\nKH3|丙|1001|active|deposit|"
    assert counted("customers", "deposit_share", "2026-11-26", customers=three, shares=SHARES) == {"KH1": 40, "KH2": 25, "KH3": NOT_KNOWN}
    assert counted("customers", "deposit_share", "2026-12-31", customers=three, shares=SHARES)["KH1"] == 90


def test_each_kind_of_business_has_a_share_of_its_own() -> None:
    assert counted("customers", "loan_share", "2026-11-26", customers=TWO, shares=SHARES) == {"KH1": 1, "KH2": NOT_KNOWN}
    settled = SHARES + "S5|KH2|2026-09-30|settlement|30|10"
    assert counted("customers", "settlement_share", "2026-11-26", customers=TWO, shares=settled) == {"KH1": NOT_KNOWN, "KH2": 75}


def test_a_share_grows_by_points_over_two_quarters() -> None:
    """In November the statement of two quarters ago is that of March; in March itself there is none before it."""
    assert counted("customers", "share_growth", "2026-11-26", customers=TWO, shares=SHARES) == {"KH1": 10, "KH2": NOT_KNOWN}
    assert counted("customers", "share_growth", "2026-03-31", customers=TWO, shares=SHARES)["KH1"] is NOT_KNOWN


PAYMENTS = f"""
{PAY}
E1|KH1|2026-10-08|300|company||
E2|KH1|2026-10-09|500|same||
E3|KH1|2026-10-10|360|company|2001|2026-10-09 15:00
E4|KH1|2026-10-10|40|person||
E5|KH1|2026-10-13|120|company||
E6|KH2|2026-10-10|50|company||
E7|KH1||70|company||
"""
HELD = "id|customer|number|status|balance|year_avg\nA1|KH1|1|normal|1000|\nA2|KH1|2|normal|200|"


def test_the_payments_of_one_customer_and_day_are_added_up() -> None:
    found = counted("payments", "day_amount", "2026-10-10", customers=TWO, payments=PAYMENTS)
    assert found == {"E1": 300, "E2": 500, "E3": 400, "E4": 400, "E5": 120, "E6": 50, "E7": NOT_KNOWN}


def test_a_total_of_payments_counts_a_day_once_and_only_the_rows_it_is_asked_of() -> None:
    rows = f"{PAY}\nE1|KH1|2026-11-26|30|company||\nE2|KH1|2026-11-26|50|company|1001|2026-11-25 10:00\nE3|KH1||70|company||"
    here = Ledgers(branch(payments=rows), at("2026-11-26"))
    whole, left = (figure.total(here, of("payments", key)) for key in ("day_amount", "unsigned_amount"))
    assert (whole.value / WAN, whole.counted, whole.unknown) == (80, 2, 1)
    assert left.value / WAN == 30
    assert figure.total(here, of("payments", "day_amount"), ["E2"]).value / WAN == 50
    assert np.isnan(figure.total(here, of("payments", "day_amount"), []).value)


def test_what_somebody_signed_is_not_unsigned() -> None:
    found = counted("payments", "unsigned_amount", "2026-10-10", customers=TWO, payments=PAYMENTS)
    assert found == {"E1": 300, "E2": 500, "E3": 40, "E4": 40, "E5": 120, "E6": 50, "E7": NOT_KNOWN}


def test_three_days_of_payments_are_held_against_the_balance_and_what_stays_in_the_same_name_is_not_leaving() -> None:
    """1,200 on account: 300 on the 8th, 300 by the 9th, 700 by the 10th, 120 on the 13th. KH2 has no balance with us."""
    found = counted("payments", "outflow_3d", "2026-10-10", customers=TWO, payments=PAYMENTS, accounts=HELD)
    assert found == {"E1": 25, "E2": 25, "E3": 58.3333, "E4": 58.3333, "E5": 10, "E6": NOT_KNOWN, "E7": NOT_KNOWN}


CHECKS = """
id|loan|interest_on|balance|interest_due|rebalance|result
Q1|J1|2026-11-20|1|3||
Q2|J1|2026-10-20|1|3|2|
Q3|J1|2026-09-20|1|3|2|full
Q4|J1|2026-08-20|9|3||
Q5|J1|2026-07-20||3||
"""


def test_an_interest_shortfall_is_that_of_the_last_look_and_none_once_the_interest_is_taken() -> None:
    assert counted("interest_checks", "interest_short", "2026-11-26", interest_checks=CHECKS) == {
        "Q1": 2,
        "Q2": 1,
        "Q3": 0,
        "Q4": 0,
        "Q5": 3,
    }
    assert counted("interest_checks", "first_short", "2026-11-26", interest_checks=CHECKS) == {"Q1": 2, "Q2": 2, "Q3": 2, "Q4": 0, "Q5": 3}


def test_an_opportunity_stands_since_it_came_to_its_stage_and_not_since_it_was_created() -> None:
    opportunities = """
id|name|customer|stage|created_at|stage_on
O1|甲|KH1|need|2026-01-05 09:00|2026-11-20
O2|乙|KH1|created|2026-11-01 09:00|
O3|丙|KH1|signed|2026-01-05 09:00|2026-02-01
O4|丁|KH1|need||
"""
    found = counted("opportunities", "days_in_stage", "2026-11-26", opportunities=opportunities)
    assert found == {"O1": 6, "O2": 25, "O3": NOT_KNOWN, "O4": NOT_KNOWN}


# The 26th of May is the 146th of 365 days: two fifths of the year are over.
PLANS = """
id|customer|year|status|superseded
N1|KH1|2026|submitted|
N2|KH2|2026|draft|
N3|KH1|2026|submitted|yes
N4|KH1|2025|submitted|
N5|KH2|2026|bl_reviewed|
"""
TARGETS = "id|plan|target|last_actual|goal\nT1|N1|fee||100\nT2|N1|deposit_end|100|200\nT3|N2|fee||100\nT4|N3|fee||900\nT5|N4|fee||100"
FEES = """
id|customer|on|product|charged|received
Z1|KH1|2026-02-03|代发|10|10
Z2|KH1|2026-05-26|代发|20|20
Z3|KH1|2025-12-31|代发|50|50
Z4|KH1|2026-06-01|代发|9|9
"""
YEAR = {"customers": TWO, "plans": PLANS, "plan_targets": TARGETS, "fees": FEES}


def test_a_plans_pace_is_the_mean_of_its_targets_and_one_far_ahead_hides_no_other() -> None:
    """Fees: 30 of 40 due by now. Deposits: 1,200 where 140 are due, counted as one and a half."""
    found = counted("plans", "plan_pace", "2026-05-26", accounts=HELD, **YEAR)
    assert found == {"N1": (75 + 150) / 2, "N2": NOT_KNOWN, "N3": NOT_KNOWN, "N4": NOT_KNOWN, "N5": NOT_KNOWN}


def test_fees_are_held_against_the_part_of_the_year_that_is_over() -> None:
    found = counted("plans", "fee_pace", "2026-05-26", **YEAR)
    assert found == {"N1": 75, "N2": NOT_KNOWN, "N3": NOT_KNOWN, "N4": NOT_KNOWN, "N5": NOT_KNOWN}
    assert total("plans", "fee_pace", "2026-05-26", **YEAR) == 75  # the version that was replaced adds nothing


def test_no_plan_is_judged_in_the_first_quarter() -> None:
    assert set(counted("plans", "plan_pace", "2026-03-31", **YEAR).values()) == {NOT_KNOWN}
    assert counted("plans", "plan_pace", "2026-04-01", **YEAR)["N1"] is not NOT_KNOWN


def test_lost_customers_are_in_nobodys_care() -> None:
    customers = TWO + "\nKH3|丙|1001|lost|deposit|\nKH4|丁|1002|exited|deposit|\nKH5|戊|9999|active|deposit|"
    found = counted("staff", "portfolio", "2026-11-26", customers=customers)
    assert found == {"1001": 2, "1002": 0, "2001": 0, "3001": 0, "4001": 0}


def test_what_is_to_be_found_out_is_counted_by_its_marks() -> None:
    visits = """
id|customer|mode|visited_on|preparation|minutes
V1|KH1|onsite|2026-11-20|财务信息；资金情况、投资计划|谈了
V2|KH1|onsite|2026-11-20|；；|
V3|KH1|onsite|2026-11-20||谈了
"""
    assert counted("visits", "prepared_items", "2026-11-26", visits=visits) == {"V1": 3, "V2": 0, "V3": 0}
    assert counted("visits", "record_whole", "2026-11-26", visits=visits) == {"V1": 1, "V2": 0, "V3": 1}


EMPTY = book.of(TABLES, {})
EVERY = pytest.mark.parametrize("one", FIGURES, ids=lambda one: f"{one.ledger}.{one.key}")


@EVERY
def test_a_branch_without_a_row_has_figures_without_a_row(one: Figure) -> None:
    """And a branch that has just begun has them without a division by nothing."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        here = Ledgers(EMPTY, at("2026-11-26"))
        assert len(here.figure(one.ledger, one.key)) == len(one.top(here)) == 0
        begun = Ledgers(branch(**{one.ledger: "id\nX1"}), at("2026-11-26"))
        assert len(begun.figure(one.ledger, one.key)) == 1


@EVERY
def test_a_figure_moves_with_the_day_and_not_with_what_was_kept_of_yesterday(one: Figure) -> None:
    what = filled(date(2026, 11, 26))
    yesterday = Ledgers(what, at("2026-11-25"))
    yesterday.figure(one.ledger, one.key)
    later = Ledgers(what, at("2027-05-26"), yesterday).figure(one.ledger, one.key)
    np.testing.assert_array_equal(later, Ledgers(what, at("2027-05-26")).figure(one.ledger, one.key))


def test_the_day_does_move_the_figures_of_plans_and_opportunities() -> None:
    """Otherwise the test above would look at nothing."""
    paces = {counted("plans", "fee_pace", day, **YEAR)["N1"] for day in ("2026-05-26", "2026-05-27", "2026-06-01")}
    assert len(paces) == 3


@EVERY
def test_of_a_total_both_parts_are_known_or_neither(one: Figure) -> None:
    """Otherwise the total of a list would count a row above the line and not below it."""
    for what in (filled(date(2026, 11, 26)), branch(payments=PAYMENTS, accounts=HELD, shares=SHARES, **YEAR)):
        here = Ledgers(what, at("2026-05-26"))
        if one.bottom is not None:
            np.testing.assert_array_equal(np.isnan(one.top(here)), np.isnan(one.bottom(here)))


@pytest.mark.parametrize(
    ("number", "said"), [(0.7999999 * FULL, 799_000), (FULL, FULL), (0.999999 * FULL, 999_000), (-20_000.000000001, -20_000)]
)
def test_a_percent_is_said_to_one_place_and_never_as_having_reached_what_it_has_not(number: float, said: int) -> None:
    assert of("customers", "completeness").shown(number) == said
