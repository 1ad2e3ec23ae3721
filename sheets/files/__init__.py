"""A file comes in or goes out: read, compared with the book, taken; and written."""
