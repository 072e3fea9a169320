"""Files that tell of calls, and of recordings held elsewhere; each ties the two and lets the policy's rules act."""
