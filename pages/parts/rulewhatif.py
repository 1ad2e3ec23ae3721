"""Before a draft is saved: what it would bring, move and take away, for whom; and how much a rule would have told last year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from branch import whatif
from branch.drafting import Rule
from branch.whatif import Change, Load
from pages.parts.desk import Desk
from pages.parts.names import name, names

SHOWN = 300  # dues listed; the counts are of all


def of_rule(desk: Desk, rule: Rule, key: str) -> None:
    """What a drafted rule would change today, and, when it is asked for, how much it would have told in the last year."""
    st.caption(desk.words("rules.brings"))
    change(desk, whatif.of_rule(desk.look, desk.person, rule.id, rule), key, {rule.id: rule.name(desk.lang)})
    st.caption(desk.words("rules.one_at_a_time"))
    _replay(desk, rule, key)


def of_rules(desk: Desk, drafted: Mapping[str, Rule | None], called: Mapping[str, str], key: str) -> None:
    """The same of several rules together; None: a rule that would be in force no more."""
    st.caption(desk.words("rules.several.brings", count=len(drafted)))
    change(desk, whatif.of_rules(desk.look, desk.person, drafted), key, called)
    _replay_several(desk, drafted, called, key)


def change(desk: Desk, found: Change, key: str, called: Mapping[str, str] | None = None) -> None:
    """The counts in a sentence, the dues in a table behind it. `called`: names of rules that are not in force yet."""
    counts = {kind: found.count(kind) for kind in whatif.KINDS}
    if not any(counts.values()):
        st.markdown(desk.words("whatif.nothing"))
        return
    st.markdown(desk.words("whatif.counts", **counts))
    with st.expander(desk.words("whatif.which"), key=f"{key}.whatif.which"):
        rows = found.rows.head(SHOWN)
        if len(found.rows) > SHOWN:
            st.caption(desk.words("whatif.first", count=SHOWN, all=len(found.rows)))
        rules = {str(one): _rule(desk, str(one), called or {}) for one in found.rows["rule"].unique()}
        st.dataframe(
            pd.DataFrame(
                {
                    desk.plainly("whatif.kind"): [desk.plainly(f"whatif.{kind}") for kind in rows["kind"]],
                    desk.plainly("whatif.who"): [_people(desk, ids) for ids in rows["person"]],
                    desk.plainly("whatif.customer"): [name(desk, "customers", row) for row in rows["customer"]],
                    desk.plainly("whatif.task"): [rules[rule] for rule in rows["rule"]],
                    desk.plainly("whatif.was"): _days(rows["was"]),
                    desk.plainly("whatif.will"): _days(rows["will"]),
                }
            ),
            hide_index=True, placeholder="", alt=desk.plainly("whatif.which"), key=f"{key}.whatif.rows",
        )  # fmt: skip
        for by in ("person",) if len(rules) == 1 else ("rule", "person"):
            _sums(desk, found, by, rules, key)


def _sums(desk: Desk, found: Change, by: str, rules: Mapping[str, str], key: str) -> None:
    """How many for each rule, or for each person."""
    sums = found.by(by)
    said = [rules.get(str(one), "") if by == "rule" else _people(desk, str(one)) for one in sums.index]
    table = pd.DataFrame({desk.plainly(f"whatif.by_{by}"): said})
    for kind in whatif.KINDS:
        table[desk.plainly(f"whatif.{kind}")] = sums[kind].to_numpy()
    st.dataframe(table, hide_index=True, placeholder="", alt=desk.plainly(f"whatif.by_{by}"), key=f"{key}.whatif.sums.{by}")


def _rule(desk: Desk, number: str, called: Mapping[str, str]) -> str:
    known = desk.look.rule(number)
    if number in called or known is not None:
        return called.get(number) or (known.name(desk.lang) if known else number)
    return desk.plainly("whatif.data") if number == "DATA" else number


def _people(desk: Desk, ids: str) -> str:
    known = names(desk, "staff")
    return desk.plainly("comma").join(known.get(one, one) for one in ids.split(";") if one) or desk.plainly("whatif.nobody")


def _days(days: pd.Series) -> list[str]:
    return list(days.dt.strftime("%Y-%m-%d").fillna("—"))


def _loads(desk: Desk, rules: Sequence[Rule], key: str) -> list[Load]:
    """Each rule replayed. Asked for by a button, because it looks at fifty-two weeks; kept until a rule or the day is another."""
    of = ([tuple(rule.row.items()) for rule in rules], desk.today.isoformat(), desk.person.staff)
    kept = st.session_state.get(f"{key}.load")
    if st.button(desk.words("whatif.replay"), key=f"{key}.replay", type="tertiary"):
        bar = st.progress(0.0, text=desk.words("whatif.replaying"))
        loads = whatif.replayed_each(desk.look, desk.person, rules, lambda share: _share(bar, desk, share))
        bar.empty()
        kept = st.session_state[f"{key}.load"] = (of, loads)
    found: list[Load] = kept[1] if kept and kept[0] == of else []
    return found


def _replay(desk: Desk, rule: Rule, key: str) -> None:
    for load in _loads(desk, [rule], key):
        _load(desk, load, key)


def _replay_several(desk: Desk, drafted: Mapping[str, Rule | None], called: Mapping[str, str], key: str) -> None:
    """The last twelve months as the rules are and as they would be, rule by rule."""
    was = {number: desk.look.rule(number) for number in drafted}
    rules = [rule for side in (was, drafted) for rule in side.values() if rule is not None]
    if not rules:  # switched off before and after: it tells nothing
        return
    loads = _loads(desk, rules, key)
    if not loads:
        return
    each = iter(loads)
    told = [{number: next(each) for number, rule in side.items() if rule is not None} for side in (was, drafted)]
    sums = [sum(load.alerts for load in side.values()) for side in told]
    st.markdown(desk.words("whatif.load_several", since=min(load.since for load in loads), was=sums[0], will=sums[1]))
    table = pd.DataFrame({desk.plainly("whatif.task"): [called[number] for number in drafted]})
    for word, side in zip(("alerts_was", "alerts_will"), told, strict=True):
        table[desk.plainly(f"whatif.{word}")] = [side[number].alerts if number in side else 0 for number in drafted]
    st.dataframe(table, hide_index=True, placeholder="", alt=desk.plainly("whatif.alerts"), key=f"{key}.load.rows")
    st.caption(desk.words("whatif.as_it_stands"))


def _share(bar: object, desk: Desk, share: float) -> None:
    bar.progress(share, text=desk.words("whatif.replaying"))  # type: ignore[attr-defined]


def _load(desk: Desk, load: Load, key: str) -> None:
    people = load.by_person()
    if people.empty:
        st.markdown(desk.words("whatif.silent", since=load.since))
        return
    st.markdown(desk.words("whatif.load", since=load.since, count=load.alerts, people=len(people)))
    table = pd.DataFrame(
        {
            desk.plainly("whatif.who"): [_people(desk, one) for one in people["person"]],
            desk.plainly("whatif.alerts"): people["alerts"].to_numpy(),
            desk.plainly("whatif.a_day"): people["a_day"].round(2).to_numpy(),
            desk.plainly("whatif.most"): people["most"].to_numpy(),
        }
    )
    st.dataframe(table, hide_index=True, placeholder="", alt=desk.plainly("whatif.alerts"), key=f"{key}.load.rows")
    st.caption(desk.words("whatif.as_it_stands"))
