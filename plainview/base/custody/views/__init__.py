"""Pages of the log: its figures, the history of an item, one event with its proof."""
