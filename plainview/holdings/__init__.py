"""What the department holds."""
