"""What the tables are and where they are kept."""
