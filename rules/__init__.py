"""What is due, pure: rules, calendar, the verbs, the ladder."""
