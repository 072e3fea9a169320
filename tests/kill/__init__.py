"""Kills the doors at random moments and counts: nothing acknowledged may be missing or different afterwards."""
