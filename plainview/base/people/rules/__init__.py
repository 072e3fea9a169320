"""Pure decisions about the roster: what a row says, what rows contradict each other, what an import changes."""
