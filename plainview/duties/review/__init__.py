"""People look: random samples, every use of force, outcomes."""
