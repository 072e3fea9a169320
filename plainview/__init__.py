"""Plainview: runs a police camera program, and proves that it does."""

__version__ = "0.1.0"
