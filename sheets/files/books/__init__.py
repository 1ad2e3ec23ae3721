"""A file of rows as a spreadsheet program saves it, opened: what kind it is, its sheets, and what its cells do not show."""
