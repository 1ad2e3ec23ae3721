"""The English words that Streamlit has built in, and what each language of ours says in their place."""

from __future__ import annotations

import json
from pathlib import Path

from texts import LANGS, Lang, say, words

SECTION = "screen.built_in."
THEIRS = "en"  # its sentences are Streamlit's own, letter for letter: by them they are found
SCRIPT = Path(__file__).with_name("scripts") / "words.js"


def table(lang: Lang) -> dict[str, str]:
    """Streamlit's sentence → ours; `{of}` stands for what belongs to the person's own page."""
    theirs, ours = words(THEIRS), words(lang)
    return {theirs[key]: ours[key] for key in theirs if key.startswith(SECTION)}


def script() -> str:
    """The words of every language, and the program that puts them in their place."""
    given = {lang: {"tag": say("language.tag", lang), "words": table(lang)} for lang in LANGS}
    return f"window.huceWords = {json.dumps(given, ensure_ascii=False)};\n{SCRIPT.read_text('utf-8')}"
