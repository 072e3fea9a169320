"""The policy in force on any day: text in, clauses out."""
