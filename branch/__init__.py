"""A branch at work: people, settings, the one clock."""
