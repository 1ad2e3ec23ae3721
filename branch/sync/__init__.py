"""The branch and its spreadsheet: what people type there is taken, and what is saved here is given."""
