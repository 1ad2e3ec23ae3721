"""What those who lead see of the branch: every number with the rows behind it, by person, team and customer."""
