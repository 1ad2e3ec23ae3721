"""What a story of a rule is, and the beginnings of rows that several of them tell."""

from __future__ import annotations

from dataclasses import dataclass, field

HEAD = "id | customer | grade | effective_on | expires_on | authority"
LINE = "id | customer | amount | effective_on | expires_on | authority"
LOAN = "id | customer | product | amount | balance | drawn_on | matures_on"
OPP = "id | name | customer | stage | created_at | stage_on"
VISIT = "id | customer | kind | mode | visited_on | participants"
FILE = "id | name | short_name | tier | status | owner | team | assigned_on"
MINE = "KH1 | 云澜启岚机械有限公司 | 启岚机械 | key | active | 1001 | T1"

R = f"{HEAD}\nP1 | KH1 | AA | 2026-02-01 | 2027-01-31 | "
L = f"{LINE}\nL1 | KH1 | 500 | 2026-06-01 | 2027-05-31 | "
W = f"{LOAN}\nJ1 | KH1 | working_capital | 800 | 800 | 2025-11-04 | 2026-11-03"
O = f"{OPP}\nO1 | 代发 | KH1 | created | 2026-09-30 10:00 | 2026-09-30"  # noqa: E741 - an opportunity
V = f"{VISIT}\nV0 | KH1 | routine | "


@dataclass(frozen=True)
class Story:
    """`told` on the day, and not on the eve; `done`: the same cells once somebody did it (ledger, header, row). `more`: the
    other ledgers it needs. `adds`: what was done is a further row of that ledger, not the same row mended."""

    rule: str
    day: str
    told: str
    table: str
    cells: str
    done: tuple[str, str, str]
    eve: str = ""
    more: dict[str, str] = field(default_factory=dict)
    adds: bool = False

    @property
    def ledgers(self) -> dict[str, str]:
        return {self.table: self.cells} | self.more

    @property
    def ended(self) -> dict[str, str]:
        """The ledgers once it is done."""
        table, header, row = self.done
        return self.ledgers | {table: f"{self.ledgers[table]}\n{row}" if self.adds else f"{header}\n{row}"}


def since(day: str) -> str:
    """The staff of a branch in which the only manager with customers began on a day."""
    return (
        "id|name|role|team|leader|status|joined_on\n"
        f"1001|王云|customer_manager|T1|2001|active|{day}\n"
        "1002|李川|customer_manager|T1|2001|active|\n"
        "2001|张岫|team_leader|T1|3001|active|\n3001|刘砚|leader|||active|\n4001|陈禾|credit_officer|||active|"
    )
