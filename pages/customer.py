"""One customer whole: file, key persons, accounts, credit runway, visits, plan, opportunities, products, problems."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from pages.parts import drawer, listing, rowview
from pages.parts.contacts import contacts
from pages.parts.dues import duelist
from pages.parts.facts import completeness, dues_of, figures, missing_blocks
from pages.parts.form import fill, whole
from pages.parts.guard import missing, require
from pages.parts.history import history
from pages.parts.names import name as name_of
from pages.parts.runway import runway
from pages.parts.shown import cell
from pages.parts.turn import turn
from pages.parts.words import link, literal

desk = require("customer")
ledger = desk.tables["customers"]
key = str(st.query_params.get("id", ""))
file = desk.sought("customers", key)
if file is None:
    missing(desk.lang)

st.page_link("customers.py", label=link("← " + desk.words("page.customers")))
st.title(literal(name_of(desk, "customers", key)))
st.set_page_config(page_title=desk.plainly("tab_title", page=name_of(desk, "customers", key)))
st.text(" · ".join(cell(desk, ledger[one], file.get(one)) for one in ("name", "id", "tier", "status") if file.get(one)))
due = dues_of(desk, key)
full = completeness(desk).get(key)
known = figures(desk, "customers", key)
with st.grid(4, min_column_width=150):
    st.metric(desk.words("customer.complete"), "—" if full is None else f"{full:.0f}%", border=True, height="stretch")
    st.metric(desk.words("customer.overdue"), int((due["state"] == "overdue").sum()), border=True, height="stretch")
    st.metric(desk.words("customer.owner"), literal(cell(desk, ledger["owner"], file.get("owner")) or "—"), border=True, height="stretch")
    share, growth = known.get("deposit_share"), known.get("share_growth")
    st.metric(
        desk.words("customer.share"), share.value if share else "—", delta=growth.value if growth else None, border=True, height="stretch",
        help=literal(" ".join(one.means for one in (share, growth) if one)) or None,
    )  # fmt: skip
if lacking := missing_blocks(desk, key):
    st.caption(desk.words("customer.lacking", blocks=desk.plainly("comma").join(lacking)))

OWN_PAGE = ("visits", "opportunities")  # where a new row is made elsewhere than among the ledgers
# Heading of a tab → its ledgers, with the columns worth a line.
PARTS = {
    "accounts": {
        "accounts": ("number", "nature", "status", "balance", "year_avg", "balance_on"),
        "payments": ("pays_on", "payee", "amount", "purpose", "decision"),
    },
    "visits": {"visits": ("visited_on", "kind", "mode", "participants", "their_people", "minutes", "next_step")},
    "plans": {"plans": ("year", "version", "status", "owner", "made_on", "strategy")},
    "opportunities": {"opportunities": ("name", "stage", "channel", "product", "amount", "expected_on", "created_at")},
    "products": {
        "products": ("product", "kind", "status", "signed_on", "expires_on"),
        "fees": ("on", "product", "charged", "received", "waived"),
    },
    "problems": {
        "problems": ("raised_on", "area", "content", "owner", "promised_on", "solved_on"),
        "diary": ("on", "staff", "work", "content", "result", "todo"),
    },
}
CREDIT = {
    "ratings": ("grade", "effective_on", "expires_on", "authority", "notice_on", "initiated_on", "submitted_on"),
    "credit_lines": ("id", "amount", "used", "expires_on", "authority", "notice_on", "diligence_on", "submitted_on"),
    "loans": ("id", "product", "balance", "matures_on", "risk_class", "notice_on", "talked_on", "renewal_on"),
}


def of_customer(table: str, columns: tuple[str, ...]) -> None:
    """The rows of one ledger that belong to this customer."""
    drawer.follow(f"customer.{table}", table)
    rows = desk.rows(table)
    mine = rows[rows["customer"].astype("str") == key] if "customer" in rows else rows.iloc[0:0]
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.markdown(f"**{literal(desk.tables[table].label(desk.lang))}** ({len(mine)})", width="content")
        if desk.may(table, "create"):
            page, more = (f"{table}.py", {}) if table in OWN_PAGE else ("ledgers.py", {"table": table})
            label = desk.words("opportunities.add" if table == "opportunities" else "add")
            st.page_link(page, label=link(label), query_params={**more, "customer": key})
    if mine.empty:
        st.caption(desk.words("customer.no_rows"))
        return
    date = next((c for c in columns if desk.tables[table][c].kind in {"date", "datetime"}), None)
    newest = mine.sort_values(date, ascending=False, kind="stable") if date and date in mine else mine
    listing.choose(desk, desk.tables[table], newest.head(200), columns, f"customer.{table}", word=table)


def opened(tables: Iterable[str]) -> None:
    """The row of one of these ledgers that was clicked; it has the ledger's name in the address."""
    for table in tables:
        drawer.show(
            f"customer.{table}",
            lambda one, table=table: name_of(desk, table, one),
            lambda one, table=table: rowview.row("customer", table, one),
            table,
        )


allowed = {part: {t: c for t, c in tables.items() if desk.may(t, "read")} for part, tables in PARTS.items()}
credit = {t: c for t, c in CREDIT.items() if desk.may(t, "read")}
tabs = [
    "file",
    *(["contacts"] if desk.may("contacts", "read") else []),
    *(["credit"] if credit else []),
    *[part for part, tables in allowed.items() if tables],
    "history",
]
part = turn(desk.words("customer.part"), tabs, "customer.part", lambda one: desk.plainly(f"customer.of.{one}"))
match part:
    case "contacts":
        contacts(desk, key)
    case "credit":
        st.header(desk.words("customer.runway"))
        runway(desk, key)
        duelist(desk, "customer", due[due["table"].isin(list(CREDIT))], name="runway", empty="customer.no_runway", who=True, whose=False)
        for table, columns in credit.items():
            of_customer(table, columns)
        opened(credit)
    case "history":
        history(desk, ledger, key)
    case "file":
        duelist(
            desk,
            "customer",
            due[due["state"].isin(("overdue", "due_today", "due_soon"))],
            name="owed",
            empty="customer.no_dues",
            who=True,
            whose=False,
        )
        if desk.may("customers", "write") and st.toggle(desk.words("row.edit"), key=f"customer.{key}.editing"):
            with st.container(border=True):
                if fill(desk, whole(desk, f"customer.{key}", "customer", "customers", key)):
                    st.rerun()
        else:
            rowview.facts(desk, ledger, file)
    case _:
        for table, columns in allowed.get(str(part), {}).items():
            of_customer(table, columns)
        opened(allowed.get(str(part), {}))
