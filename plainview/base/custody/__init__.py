"""record() is the only way history is written."""
