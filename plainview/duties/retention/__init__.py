"""How long, and the lawful end: keep-until of everything held, the due list, what a draft would change."""
