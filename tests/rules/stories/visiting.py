"""Visits and opportunities: R10–R24."""

from __future__ import annotations

from tests.rules.stories.story import OPP, VISIT, O, Story, V

PLANNED = "id | customer | kind | mode | planned_on | participants | visited_on | preparation | minutes | purposes"
UP = OPP + "|upreport|reported_at"
SENT = "O1|代发|KH1|created|2026-09-30 10:00|2026-09-30|yes|2026-09-30 11:00"
STEP = "id|marketing_plan|work|owner|due_on"
NEED = "id|opportunity|need|department|owner|due_on"

STORIES = [
    Story("R10", "2026-11-25", "due owner", "measures", "id|measure|owner|due_on\nM1|补签协议|1002|2026-11-25",
          ("measures", "id|measure|owner|due_on|done_on", "M1|补签协议|1002|2026-11-25|2026-11-24"), eve="2026-11-24"),
    Story("R44", "2026-11-25", "due owner", "tasks", "id|what|owner|due_on\nB1|催办对账回执|1002|2026-11-25",
          ("tasks", "id|what|owner|due_on|done_on|report", "B1|催办对账回执|1002|2026-11-25|2026-11-24|已收回"), eve="2026-11-24"),
    Story("R11", "2026-05-06", "due customer_manager", "visits", V + "onsite | 2026-04-22 | 1001",
          ("visits", VISIT, "V1|KH1|routine|onsite|2026-05-05|1001"), adds=True),
    Story("R12", "2026-11-26", "last2wd customer_manager", "visits", V + "phone | 2026-11-20 | 1001",
          ("visits", VISIT, "V1|KH1|routine|phone|2026-11-24|1001"), adds=True),
    Story("R13", "2026-11-19", "60% team_leader", "visits", V + "onsite | 2026-10-20 | 2001",
          ("visits", VISIT, "V1|KH1|routine|onsite|2026-11-03|1001;2001"), adds=True),
    Story("R14", "2026-11-20", "D+11d team_leader", "visits", V + "phone | 2026-11-09 | 2001",
          ("visits", VISIT, "V1|KH1|routine|phone|2026-11-18|2001"), adds=True),
    Story("R15", "2026-11-15", "D+45d leader", "visits", V + "onsite | 2026-10-08 | 3001\nV9|KH1|routine|onsite|2026-08-01|3001\nV8|KH1|routine|onsite|2026-07-01|3001",
          ("visits", VISIT, "V1|KH1|routine|onsite|2026-11-09|3001"), adds=True),
    Story("R16", "2026-11-19", "60% leader", "visits", V + "phone | 2026-10-20 | 3001",
          ("visits", VISIT, "V1|KH1|routine|phone|2026-11-18|3001"), adds=True),
    # The day before a visit; the two days before are another step.
    Story("R18", "2026-11-24", "1d owner", "visits", f"{PLANNED}\nV1|KH1|routine|onsite|2026-11-25|1001||财务信息；资金情况||",
          ("visits", PLANNED, "V1|KH1|routine|onsite|2026-11-25|1001||财务信息；资金情况；投资计划||")),
    # Planned for the last day before the National Day: the record is due on the first after it.
    Story("R19", "2026-10-08", "due owner", "visits", f"{PLANNED}\nV1|KH1|routine|onsite|2026-09-30|1001||财务信息||",
          ("visits", PLANNED, "V1|KH1|routine|onsite|2026-09-30|1001|2026-09-30||谈了资金安排|relation")),
    Story("R19w", "2026-10-08", "due owner", "visits", f"{PLANNED}\nV1|KH1|routine|onsite||1001|2026-09-30|||relation",
          ("visits", PLANNED, "V1|KH1|routine|onsite||1001|2026-09-30||谈了资金安排|relation")),
    Story("R20", "2026-09-30T16:30:00", "16:30 customer_manager", "opportunities", O,
          ("opportunities", OPP + "|submitted_at", "O1|代发|KH1|created|2026-09-30 10:00|2026-09-30|2026-09-30 11:00"), eve="2026-09-30T16:29:00"),
    Story("R21f", "2026-10-08", "due team_leader", "opportunities", O,
          ("opportunities", OPP + "|feedback_at", "O1|代发|KH1|created|2026-09-30 10:00|2026-09-30|2026-09-30 11:00")),
    Story("R21r", "2026-10-08", "due team_leader", "opportunities", O,
          ("opportunities", OPP + "|reported_at", "O1|代发|KH1|created|2026-09-30 10:00|2026-09-30|2026-09-30 11:00")),
    Story("R21u", "2026-10-09", "due team_leader", "opportunities", f"{UP}\n{SENT}",
          ("opportunities", UP + "|upreport_to|upreported_at", SENT + "|公司业务部|2026-10-08 09:00")),
    Story("R22", "2026-10-10", "due customer_manager", "opportunities", O,
          ("visits", VISIT + "|opportunity", "V1|KH1|business|onsite|2026-10-08|1001|O1")),
    Story("R23", "2026-10-13", "due customer_manager", "opportunities", O,
          ("marketing_plans", "id|customer|opportunity|made_on|goals", "Y1|KH1|O1|2026-10-09|存款")),
    # A Saturday: it is due on the Monday.
    Story("R23s", "2026-11-30", "due owner", "marketing_steps", f"{STEP}\nB1|Y1|拟定方案|1001|2026-11-28",
          ("marketing_steps", STEP + "|done_on", "B1|Y1|拟定方案|1001|2026-11-28|2026-11-27"),
          more={"opportunities": O, "marketing_plans": "id|customer|opportunity|made_on|goals\nY1|KH1|O1|2026-10-09|存款"}),
    Story("R24", "2026-10-30", "due customer_manager", "opportunities", O,
          ("opportunities", OPP, "O1|代发|KH1|need|2026-09-30 10:00|2026-10-20")),
    # The third of May: the holiday ends with the fifth.
    Story("R24r", "2026-05-06", "due owner", "resources", f"{NEED}\nZ1|O1|费率优惠|公司部|1001|2026-05-03",
          ("resources", NEED + "|done_on", "Z1|O1|费率优惠|公司部|1001|2026-05-03|2026-04-30"), more={"opportunities": O}),
    # Ten working days after the 30th of September, one of them the worked Saturday of the 10th.
    Story("R24c", "2026-10-20", "due customer_manager", "opportunities", O,
          ("channels", "id|opportunity|ours|theirs|since", "G1|O1|1001|财务总监|2026-10-19")),
]  # fmt: skip
