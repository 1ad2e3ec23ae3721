"""What happens while nobody looks: scan the workbook, write the letters, post them."""
