"""The lawful end: what is due goes by a list that was reviewed, announced, waited for and approved, or it stays."""
