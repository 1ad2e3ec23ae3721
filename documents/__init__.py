"""Letters: the docx templates, the values that fill them, and the words in which a bank writes amounts and days."""
