"""The three letters as they come out of a printer: one page each, and nothing of their template left."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from documents import template
from documents.fields import LINE, LOAN, RATING
from documents.letter import letter
from tests.documents.test_fields import paper

SOFFICE = shutil.which("soffice")


@pytest.mark.long
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed: nothing can print the letters")
@pytest.mark.parametrize("kind", [RATING, LINE, LOAN])
def test_a_letter_is_one_page(kind: str, tmp_path: Path) -> None:
    made = tmp_path / f"{kind}.docx"
    made.write_bytes(letter(paper(kind), "评提〔2026〕0001号", 1, template.shipped(kind), f"{kind}.docx"))
    line = [str(SOFFICE), f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*line, str(made)], check=True, capture_output=True, timeout=120)
    printed = (tmp_path / f"{kind}.pdf").read_bytes()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1


@pytest.mark.parametrize("kind", [RATING, LINE, LOAN])
def test_our_own_templates_ask_for_no_field_that_is_not_there(kind: str) -> None:
    assert letter(paper(kind), "评提〔2026〕0001号", 1, template.shipped(kind), f"{kind}.docx").startswith(b"PK")
