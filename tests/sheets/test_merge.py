"""The one merge: neither hand is ever lost, and what was merged once stays merged."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sheets.merge import merge

FIELDS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["", "x", "y", "z"]))


@given(FIELDS, FIELDS, FIELDS)
def test_a_merge_never_loses_either_hand(base: dict[str, str], theirs: dict[str, str], mine: dict[str, str]) -> None:
    found = merge(base, theirs, mine)
    clashed = {clash.column for clash in found.clashes}
    after = dict(theirs) | found.values
    for column, wanted in mine.items():
        if wanted != base.get(column, ""):
            assert after.get(column, "") == wanted or column in clashed
        else:
            assert after.get(column, "") == theirs.get(column, "")
    assert not clashed & set(found.values)
    assert merge(base, after, mine).values == {}
