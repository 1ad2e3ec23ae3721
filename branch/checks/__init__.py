"""What the scheme asks of a row, each thing written once: refused at a save, listed as an Issue where it came another way."""

from branch.checks.judge import check
from branch.checks.save import CellRefused, Refused, Save

__all__ = ["CellRefused", "Refused", "Save", "check"]
