"""Receive, check, quarantine, acknowledge."""
