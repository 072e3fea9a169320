"""Agencies, units, officers, accounts, roles."""
