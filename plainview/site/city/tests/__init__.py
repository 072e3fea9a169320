"""Tests of the fictional city."""
