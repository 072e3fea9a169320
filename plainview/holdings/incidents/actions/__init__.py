"""The only writes of this room: one function per verb."""
