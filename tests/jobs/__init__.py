"""The jobs: scan, letters, outbox, post, timetable."""
