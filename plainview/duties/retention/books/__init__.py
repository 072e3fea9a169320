"""The books: what came in, what is held, destroyed or set apart, every object checked, every difference an alarm."""
