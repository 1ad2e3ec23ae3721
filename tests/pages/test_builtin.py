"""Streamlit's own English words: found by their letters, said in the language of the page."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path

import pytest

from pages.parts.words import literal
from texts import LANGS
from web import builtin

BUNDLE = Path(str(distribution("streamlit").locate_file("streamlit/static/static/js")))
# Put together in the browser: parts of a date, and two sentences of which the first has another form.
PUT_TOGETHER = {"yyyy", "mm", "dd", "The page that you have requested does not seem to exist. Running the app's main page."}


def test_what_we_say_otherwise_is_really_said_by_the_installed_streamlit() -> None:
    """A release that words something anew is noticed here, and not by somebody who reads English among Chinese."""
    said = "\n".join(path.read_text("utf-8") for path in BUNDLE.glob("*.js"))
    ours = [sentence for sentence in builtin.table("zh") if "{of}" not in sentence]
    assert [one for one in ours if one not in said and one not in PUT_TOGETHER] == []


@pytest.mark.parametrize("lang", LANGS)
def test_every_language_keeps_the_place_for_what_is_the_persons_own(lang: str) -> None:
    assert [theirs for theirs, ours in builtin.table(lang).items() if ("{of}" in theirs) != ("{of}" in ours)] == []


@pytest.mark.parametrize("label", ["初步分析/判断", "客户（必填）", "余额 (万元)", "云澜(望川)岚澄", "Plan / actual", "2.5亿"])
def test_a_label_without_a_mark_is_read_out_as_it_stands(label: str) -> None:
    assert literal(label) == label


@pytest.mark.parametrize("label", ["1. 第一", "2) 第二", "- 甲", "a -- b", "www.evil.example", "甲_乙_", "x*y*", "12:30:00"])
def test_a_label_with_a_mark_is_still_broken(label: str) -> None:
    assert literal(label) != label
