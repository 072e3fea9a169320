"""Pure decisions about the fleet: what a row says, what rows contradict each other, what an import changes."""
