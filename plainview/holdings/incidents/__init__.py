"""Calls for service, dispatches, matters, and where they stand."""
