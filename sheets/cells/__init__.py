"""What a cell says: strict readers and writers for every kind of column."""

from sheets.cells.codes import check_character
from sheets.cells.read import read, read_column
from sheets.cells.reading import Lookup, Reading
from sheets.cells.words import fold
from sheets.cells.writing import plain, show

__all__ = ["Lookup", "Reading", "check_character", "fold", "plain", "read", "read_column", "show"]
