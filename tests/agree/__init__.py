"""`python -m tests.agree --cities N`: the set-based statement against the pure function, on random cities."""
