"""Matters on screen: what they are, where they stand, what they hold. Here, since a matter's page shows recordings."""
