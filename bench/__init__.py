"""Benchmarks: each compares against a limit or a peer in the same run and prints ratios."""
