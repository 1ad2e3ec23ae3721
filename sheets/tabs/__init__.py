"""The tabs of a spreadsheet that holds the ledgers: which there are, how they are built, what is written into a cell."""
