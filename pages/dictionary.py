"""字典."""
from pages.parts.guard import require
desk = require("dictionary")
