"""Two hands on one workbook: how a spreadsheet that people edit and the store are kept in step, worked out without touching either."""
