"""A number and the noun it counts agree in every sentence: 1 day, 2 days."""

from __future__ import annotations

import re
from string import Formatter

import pytest

from rules import spans, wording
from texts import LANGS, say, words

BESIDE = re.compile(r"\b1 (?:(?!of\b|on\b|and\b|or\b|that\b)[a-z-]+ ){0,2}?([a-z-]+s|people)\b")
VERBS = re.compile(
    "is|was|has|does|goes|gets|lies|holds|names|lacks|exists|belongs|answers|takes|bears|says|opens|reaches|stands|its|as|this"
    "|others|knows|waits|differs|contradicts|counts|asks"
)
FORM = re.compile(r"\{(\w+)\|([^|{}]*)\|([^|{}]*)\}")
OF_NO_COUNT = frozenset({"mail.from"})  # “1” is the name of a branch


def with_number(said: str, number: str) -> list[str]:
    """The sentence with each of its blanks in turn said as that number, the words that go with the number chosen."""
    found = []
    for name in {name for _, name, _, _ in Formatter().parse(said) if name and "|" not in name and name.isidentifier()}:
        one = FORM.sub(lambda form, name=name: form[3 if number != "1" or form[1] != name else 2], said)
        found.append(re.sub(rf"\{{{name}(?::[^{{}}]*)?\}}", number, one))
    return found


def test_one_of_a_thing_is_said_in_the_singular() -> None:
    said = [(code, one) for code, text in words("en").items() if code not in OF_NO_COUNT for one in with_number(text, "1")]
    assert [(code, hit[0]) for code, one in said for hit in BESIDE.finditer(one) if not VERBS.fullmatch(hit[1])] == []


def test_a_form_names_a_blank_of_its_sentence_and_differs_by_number() -> None:
    for lang in LANGS:
        for code, said in words(lang).items():
            blanks = {name for _, name, _, _ in Formatter().parse(said) if name and "|" not in name}
            for name, one, many in FORM.findall(said):
                assert name in blanks, (code, name)
                assert one or many, code
            assert all(name.count("|") in (0, 2) for _, name, _, _ in Formatter().parse(said) if name), code


def test_every_counted_noun_is_one_and_many() -> None:
    """Of any sentence with forms, 1 and 2 say what they should and a count that came as a text says the same."""
    for code, said in words("en").items():
        for name, one, many in FORM.findall(said):
            parts = list(Formatter().parse(said))
            if any(spec or (blank and "[" in blank) for _, blank, spec, _ in parts):
                continue
            values: dict[str, object] = {blank: "x" for _, blank, _, _ in parts if blank and "|" not in blank}
            for number, form in ((1, one), (2, many), ("1", one), ("2", many), (0, many)):
                assert form in say(code, "en", **values | {name: number}), code


@pytest.mark.parametrize(
    ("span", "said"),
    [
        ("1m", "1 month"), ("2m", "2 months"), ("1d", "1 day"), ("2d", "2 days"), ("1wd", "1 working day"), ("2wd", "2 working days"),
        ("1m+10wd", "1 month + 10 working days"), ("2m+1wd", "2 months + 1 working day"),
    ],
)  # fmt: skip
def test_a_length_of_time(span: str, said: str) -> None:
    assert wording.length(spans.read(span), "en") == said


@pytest.mark.parametrize("unit", ["d", "wd", "m"])
def test_a_step_of_a_ladder(unit: str) -> None:
    one, many = (wording.step(f"{n}{unit}", "en") for n in (1, 2))
    assert re.search(r"\b1 (?:working )?(?:day|month)\b", one)
    assert re.search(r"\b2 (?:working )?(?:days|months)\b", many)
