"""The jobs: scan, digest, outbox, post, timetable."""
