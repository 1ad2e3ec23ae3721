"""What stands among some words, and where: as pandas answers, whatever the column is kept as."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from sheets.among import among, places

TEXTS = ["KH2", None, "", "KH1", "KH2", "文"]


@pytest.mark.parametrize("kept", ["str", "category"])
@pytest.mark.parametrize("words", [[], ["KH2"], ["KH2", "文", "nobody"], [""]])
def test_a_column_is_asked_for_some_words_whatever_it_is_kept_as(kept: str, words: list[str]) -> None:
    column = pd.Series(TEXTS, dtype="str").astype(kept)
    for asked in (words, frozenset(words), pd.Series(words, dtype="str"), pd.Index(words, dtype="str")):
        assert among(column, asked).tolist() == column.isin(words).tolist()


def test_a_blank_cell_is_among_nothing() -> None:
    assert not among(pd.Series([None, None], dtype="str"), ["None", "nan", ""]).any()
    assert among(pd.Series([None, "a"], dtype="str"), pd.Series([None, "a"], dtype="str")).tolist() == [False, True]
    assert places(pd.Series([None, "a"], dtype="str"), pd.Series([None, "a"], dtype="str")).tolist() == [-1, 1]
    assert among(pd.Series([], dtype="str"), ["a"]).tolist() == []


def test_each_word_is_found_at_its_place_and_what_is_not_there_at_none() -> None:
    column = pd.Series(["KH1", "KH2", "文"], dtype="str")
    assert places(["文", "KH1", "nobody", ""], column).tolist() == [2, 0, -1, -1]
    assert places(pd.Series(["KH2", None], dtype="str"), column).tolist() == [1, -1]
    assert places(pd.Series(["KH2", None]).astype("category"), column).dtype == np.intp
