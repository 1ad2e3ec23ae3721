"""Customer files, the diary, plans, reviews and shares: R01–R08, R10p, R39–R41p, R43."""

from __future__ import annotations

from tests.rules.stories.story import FILE, MINE, Story, since

WHOLE = f"{FILE} | uscc | kind | ownership | industry | size | main_business | legal_representative | flags | basic_account_bank | address"
FULL = f"{MINE} | 2026-09-24 | 91990000DEM000006A | company | private | C | small | 机械制造 | 王砚 | fee | ours | "
REVIEW = "id | owner | level | period | written_on"
PLAN = "id | customer | year | status | made_on\nJH1 | KH1 | 2026 | submitted | 2026-01-20"
FEES = "id|plan|target|goal\nT1|JH1|fee|100"
AMENDED = ("amendments", "id|plan|amended_on|reason|explanation", "X1|JH1|2026-10-19|progress|客户投产推迟")
ACTION = "id|plan|action|owner|due_on"
PROBLEM = "id|customer|raised_on|area|content|owner"
SHARE = "id|customer|as_of|block|ours|others"
BANK = f"{FILE}|basic_account_bank\n{MINE}|2025-01-02|"
NOTED = ("measures", "id|customer|measure|owner|noted_on|due_on", "C1|KH1|提高结算份额|1001|2026-10-20|2026-12-20")
PRODUCT = "id|customer|kind|product|status|expires_on"
CASH = "id|customer|noted_on|expected_on|direction|amount"

STORIES = [
    # Five working days over Mid-Autumn and the National Day.
    Story("R01", "2026-10-09", "due customer_manager", "customers", f"{WHOLE}\n{FULL}",
          ("customers", WHOLE, FULL + "望川区禾川路1号"),
          more={"contacts": "id|customer|name|position|parts|basis|in_post\nX1|KH1|王澄|财务部|cfo|card|yes"}),
    Story("R01y", "2026-10-08", "due customer_manager", "customers", f"{FILE}|next_update_on\n{MINE}|2025-01-02|2026-10-03",
          ("customers", FILE + "|next_update_on", f"{MINE}|2025-01-02|2027-10-08")),
    # The 30th of September is missed until the first working day after the National Day.
    Story("R02", "2026-10-08", "due owner", "staff", since("2026-09-30"),
          ("diary", "id|on|staff|work|content", "D1|2026-09-30|1001|visit|走访启岚机械")),
    # The 31st of January 2027 is a Sunday.
    Story("R03", "2027-02-01", "due customer_manager", "customers", f"{FILE}\n{MINE}|2025-01-02",
          ("plans", "id|customer|year|status|made_on", "JH1|KH1|2027|submitted|2027-01-20")),
    Story("R04", "2026-10-20", "due customer_manager", "plans", PLAN, AMENDED, more={"plan_targets": FEES}),
    # Five working days after September, the worked Saturday of the 10th among them.
    Story("R05", "2026-10-13", "due owner", "staff", since("2026-09-01"), ("reviews", REVIEW, "H1|1001|month|2026-09|2026-10-12")),
    # Five working days before the quarter ends: Mid-Autumn lies between.
    Story("R06", "2026-09-22", "D-5wd owner", "staff", since("2026-09-01"), ("reviews", REVIEW, "H1|1001|quarter|2026Q3|2026-09-22")),
    Story("R07", "2027-01-08", "due owner", "staff", since("2026-11-02"), ("reviews", REVIEW, "H1|1001|year|2026|2027-01-05")),
    Story("R08", "2026-10-12", "due leader", "reviews", f"{REVIEW}\nH1|1001|month|2026-09|2026-09-29",
          ("reviews", REVIEW + "|discussed_on|conclusion", "H1|1001|month|2026-09|2026-09-29|2026-10-09|加大走访")),
    # A Saturday that is worked: it does not move.
    Story("R10p", "2026-10-10", "due owner", "plan_actions", f"{ACTION}\nA1|JH1|拜访财务总监|1001|2026-10-10",
          ("plan_actions", ACTION + "|done_on", "A1|JH1|拜访财务总监|1001|2026-10-10|2026-10-09"), more={"plans": PLAN}),
    Story("R39", "2026-10-12", "due owner", "problems", f"{PROBLEM}\nW1|KH1|2026-09-29|ebank|网银无法登录|1001",
          ("problems", PROBLEM + "|solved_on", "W1|KH1|2026-09-29|ebank|网银无法登录|1001|2026-10-09")),
    Story("R39a", "2026-10-08", "due owner", "problems", f"{PROBLEM}\nW1|KH1|2026-09-30|ebank|网银无法登录|1001",
          ("problems", PROBLEM + "|taken_on", "W1|KH1|2026-09-30|ebank|网银无法登录|1001|2026-09-30")),
    # Fifteen working days of the fourth quarter, which begins with the National Day.
    Story("R40o", "2026-10-27", "due customer_manager", "customers", BANK + "ours", NOTED,
          more={"shares": f"{SHARE}\nS1|KH1|2026-09-30|deposit|30|70"}),
    Story("R40e", "2026-10-27", "due customer_manager", "customers", BANK + "other", NOTED,
          more={"shares": f"{SHARE}\nS1|KH1|2026-03-31|deposit|30|70\nS2|KH1|2026-09-30|deposit|28|72"}),
    Story("R41", "2026-10-20", "due customer_manager", "plans", PLAN, AMENDED,
          more={"plan_targets": FEES, "fees": "id|customer|on|product|charged|received\nZ1|KH1|2026-03-02|代发|10|10"}),
    # Thirty days before the second of November lie in the National Day: told before it.
    Story("R41p", "2026-09-30", "due customer_manager", "products", f"{PRODUCT}\nC1|KH1|guarantee|履约保函|in_use|2026-11-02",
          ("products", PRODUCT, "C1|KH1|guarantee|履约保函|ended|2026-11-02")),
    Story("R43", "2026-10-08", "due customer_manager", "cash_plans", f"{CASH}\nJ1|KH1|2026-09-03|2026-09-20|out|300",
          ("cash_plans", CASH, "J2|KH1|2026-10-08|2026-11-20|out|300"), adds=True,
          more={"customers": f"{FILE}|flags\n{MINE}|2025-01-02|deposit"}),
]  # fmt: skip
