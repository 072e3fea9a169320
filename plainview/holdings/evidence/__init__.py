"""Recordings, files, classes; the one door to the bytes."""
