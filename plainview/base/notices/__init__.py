"""Telling people: inbox, due dates."""
