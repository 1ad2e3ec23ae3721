"""Accounts that are reconciled and payments that are signed: R35, R37, R38w, R38g."""

from __future__ import annotations

from tests.rules.stories.story import LOAN, Story

ACCOUNT = "id|customer|status|opened_on|key_account|balance\nA1|KH1|normal|2026-09-01|"
RETURN = "id|account|period|reminded_on|returned_on"
PAY = "id|customer|pays_on|amount|payee|payee_kind|funds|loan|pay_mode|evidence"
SIGNED = PAY + "|signed_by|signed_at"


def lent(product: str) -> dict[str, str]:
    return {"loans": f"{LOAN}\nJ1|KH1|{product}|3000|3000|2026-09-01|2029-08-31"}


STORIES = [
    # The third working day after September is the worked Saturday of the 10th of October, the fifteenth the 27th.
    Story("R35m", "2026-10-10", "due customer_manager", "accounts", ACCOUNT + "yes|100", ("reconciliations", RETURN, "D1|A1|2026-09|2026-10-09|")),
    Story("R35mr", "2026-10-27", "due customer_manager", "accounts", ACCOUNT + "yes|100",
          ("reconciliations", RETURN, "D1|A1|2026-09||2026-10-26")),
    Story("R35q", "2026-10-10", "due customer_manager", "accounts", ACCOUNT + "no|100", ("reconciliations", RETURN, "D1|A1|2026Q3|2026-10-09|")),
    Story("R35qr", "2026-10-27", "due customer_manager", "accounts", ACCOUNT + "no|100",
          ("reconciliations", RETURN, "D1|A1|2026Q3||2026-10-26")),
    # 600 are the team leader's to sign; on the eve it is only a reminder.
    Story("R37", "2026-10-10", "due team_leader", "payments", f"{PAY}\nE1|KH1|2026-10-10|600|禾川贸易|company|own|||yes",
          ("payments", SIGNED, "E1|KH1|2026-10-10|600|禾川贸易|company|own|||yes|2001|2026-10-09 15:00")),
    Story("R37p", "2026-10-03", "due customer_manager", "payments", f"{PAY}\nE1|KH1|2026-10-03|6|李澄|person|own|||",
          ("payments", PAY, "E1|KH1|2026-10-03|6|李澄|person|own|||yes")),
    Story("R37o", "2026-10-10", "due team_leader", "payments", f"{PAY}\nE1|KH1|2026-10-10|60|禾川贸易|company|own|||yes",
          ("payments", SIGNED, "E1|KH1|2026-10-10|60|禾川贸易|company|own|||yes|2001|2026-10-09 15:00"), more={"accounts": ACCOUNT + "no|100"}),
    Story("R38w", "2026-10-10", "due credit_officer", "payments", f"{PAY}\nE1|KH1|2026-10-10|1200|禾川贸易|company|loan|J1|self|yes",
          ("payments", PAY, "E1|KH1|2026-10-10|1200|禾川贸易|company|loan|J1|entrusted|yes"), more=lent("working_capital")),
    Story("R38g", "2026-10-10", "due customer_manager", "payments", f"{PAY}\nE1|KH1|2026-10-10|600|沐衡建设|company|loan|J1|self|yes",
          ("payments", PAY, "E1|KH1|2026-10-10|600|沐衡建设|company|loan|J1|entrusted|yes"), more=lent("fixed_asset")),
]  # fmt: skip
