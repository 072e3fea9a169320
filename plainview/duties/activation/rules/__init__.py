"""PURE. The matcher, and what it finds."""
