"""Ratings, credit lines, loans, interest and statements: R25–R34, R36, R38."""

from __future__ import annotations

from tests.rules.stories.story import FILE, HEAD, LINE, LOAN, MINE, L, R, Story, W

BORROWER = f"{FILE}|flags\n{MINE}|"
CYCLE = f"{LOAN}|interest_cycle|interest_day|risk_class"
J = "J1|KH1|working_capital|800|800|"
CHECK = "id|loan|interest_on|checked_on|balance|interest_due"
SHORT = "Q1|J1|2026-02-20|2026-02-12|1|3"
LENT = {"loans": f"{CYCLE}\n{J}2026-01-21|2027-01-20|monthly|20|normal"}
FUND = "id|loan|kind|checked_on|staff"
STATEMENT = "id|customer|period|audited|entered_on"

STORIES = [
    Story("R25s", "2026-10-30", "due credit_officer", "ratings", R + "head",
          ("ratings", HEAD + "|notice_on", "P1|KH1|AA|2026-02-01|2027-01-31|head|2026-10-30")),
    Story("R25r", "2026-11-30", "due customer_manager", "ratings", R + "tier1",
          ("ratings", HEAD + "|notice_received_on", "P1|KH1|AA|2026-02-01|2027-01-31|tier1|2026-11-27")),
    Story("R25a", "2026-12-01", "open customer_manager", "ratings", R + "tier2",
          ("ratings", HEAD + "|notice_on", "P1|KH1|AA|2026-02-01|2027-01-31|tier2|2026-12-01")),
    Story("R26", "2026-12-02", "open customer_manager", "ratings", R + "tier2",
          ("ratings", HEAD + "|initiated_on", "P1|KH1|AA|2026-02-01|2027-01-31|tier2|2026-12-02")),
    # Five working days before the 16th of January, a Saturday.
    Story("R26d", "2027-01-11", "due customer_manager", "ratings", R + "tier2",
          ("ratings", HEAD + "|entered_on", "P1|KH1|AA|2026-02-01|2027-01-31|tier2|2027-01-08")),
    Story("R27", "2027-01-01", "D-30d customer_manager", "ratings", R + "tier2",
          ("ratings", HEAD + "|submitted_on", "P1|KH1|AA|2026-02-01|2027-01-31|tier2|2027-01-01")),
    Story("R28", "2027-01-31", "due customer_manager", "ratings", R + "tier2",
          ("ratings", HEAD, "P2|KH1|AA|2027-01-20|2028-01-19|tier2"), adds=True),
    # A borrower taken on in the National Day holiday has no rating from that very day.
    Story("R28m", "2026-10-03", "due customer_manager", "customers", BORROWER + "2026-10-03|credit",
          ("ratings", HEAD, "P1|KH1|AA|2026-10-03|2027-10-02|tier2")),
    Story("R29s", "2027-02-26", "due credit_officer", "credit_lines", L + "head",
          ("credit_lines", LINE + "|notice_on", "L1|KH1|500|2026-06-01|2027-05-31|head|2027-02-26")),
    Story("R29r", "2027-03-31", "due customer_manager", "credit_lines", L + "tier1",
          ("credit_lines", LINE + "|notice_received_on", "L1|KH1|500|2026-06-01|2027-05-31|tier1|2027-03-31")),
    Story("R29a", "2027-03-31", "open customer_manager", "credit_lines", L + "tier2",
          ("credit_lines", LINE + "|notice_on", "L1|KH1|500|2026-06-01|2027-05-31|tier2|2027-03-31")),
    Story("R30", "2027-04-30", "due customer_manager", "credit_lines", L + "tier2",
          ("credit_lines", LINE + "|submitted_on", "L1|KH1|500|2026-06-01|2027-05-31|tier2|2027-04-30")),
    Story("R30e", "2027-05-31", "due customer_manager", "credit_lines", L + "tier2",
          ("credit_lines", LINE, "L2|KH1|500|2027-05-20|2028-05-19|tier2"), adds=True),
    Story("R31", "2027-04-16", "due customer_manager", "credit_lines", L + "tier2",
          ("credit_lines", LINE + "|diligence_on", "L1|KH1|500|2026-06-01|2027-05-31|tier2|2027-04-15")),
    Story("R31m", "2027-04-23", "due customer_manager", "credit_lines", L + "tier2",
          ("credit_lines", LINE + "|materials_on", "L1|KH1|500|2026-06-01|2027-05-31|tier2|2027-04-22")),
    Story("R32", "2026-09-30", "due customer_manager", "loans", W,
          ("loans", LOAN + "|notice_on", "J1|KH1|working_capital|800|800|2025-11-04|2026-11-03|2026-09-30")),
    Story("R32r", "2026-10-12", "due customer_manager", "loans", f"{LOAN}|notice_on\n{J}2025-11-04|2026-11-03|2026-09-29",
          ("loans", LOAN + "|notice_on|receipt_on", J + "2025-11-04|2026-11-03|2026-09-29|2026-10-09")),
    Story("R33t", "2026-09-30", "due customer_manager", "loans", W,
          ("loans", LOAN + "|talked_on", "J1|KH1|working_capital|800|800|2025-11-04|2026-11-03|2026-09-30")),
    Story("R33r", "2026-10-19", "due customer_manager", "loans", W,
          ("loans", LOAN + "|renewal_on", "J1|KH1|working_capital|800|800|2025-11-04|2026-11-03|2026-10-16")),
    # Interest of the 20th of February is taken in Spring Festival; the Saturday of the 14th is worked.
    Story("R34", "2026-02-12", "due customer_manager", "loans", LENT["loans"], ("interest_checks", CHECK, "Q1|J1|2026-02-20|2026-02-12|9|3")),
    Story("R34m", "2026-02-13", "due customer_manager", "interest_checks", f"{CHECK}\n{SHORT}",
          ("interest_checks", CHECK + "|reminded_on", SHORT + "|2026-02-13"), more=LENT),
    Story("R34b", "2026-02-14", "due customer_manager", "interest_checks", f"{CHECK}\n{SHORT}",
          ("interest_checks", CHECK + "|rechecked_on|rebalance", SHORT + "|2026-02-14|3"), more=LENT),
    Story("R34s", "2026-02-24", "due customer_manager", "interest_checks", f"{CHECK}\n{SHORT}",
          ("interest_checks", CHECK + "|result", SHORT + "|full"), more=LENT),
    Story("R34a", "2026-02-20", "due customer_manager", "interest_checks", f"{CHECK}|result|arrears\n{SHORT}|part|2",
          ("interest_checks", CHECK + "|result|arrears", SHORT + "|full|2"), more=LENT),
    # Thirty days after the year's last quarter: a Saturday, so the Friday before.
    Story("R36q", "2027-01-29", "due customer_manager", "customers", BORROWER + "2026-10-08|credit",
          ("statements", STATEMENT, "B1|KH1|2026Q4||2027-01-28")),
    Story("R36y", "2026-04-30", "due customer_manager", "customers", BORROWER + "2025-01-02|credit",
          ("statements", STATEMENT, "B1|KH1|2025|yes|2026-04-28")),
    Story("R38f", "2026-09-30", "due customer_manager", "loans", f"{LOAN}\n{J}2026-09-18|2027-09-17",
          ("fund_checks", FUND, "F1|J1|use|2026-09-28|1001")),
    Story("R38q", "2026-11-25", "60% credit_officer", "loans", f"{CYCLE}\n{J}2026-09-01|2027-08-31|monthly|20|normal",
          ("fund_checks", FUND, "F1|J1|regular|2026-11-10|4001")),
    Story("R38m", "2026-11-19", "60% customer_manager", "loans", f"{CYCLE}\n{J}2026-10-15|2027-10-14|monthly|20|watch",
          ("fund_checks", FUND, "F1|J1|regular|2026-11-10|1001")),
    Story("R38x", "2026-09-30", "due customer_manager", "fund_checks", f"{FUND}|mend_by\nF1|J1|regular|2026-09-10|1001|2026-10-03",
          ("fund_checks", FUND + "|mend_by|mended_on", "F1|J1|regular|2026-09-10|1001|2026-10-03|2026-09-29"), more=LENT),
]  # fmt: skip
