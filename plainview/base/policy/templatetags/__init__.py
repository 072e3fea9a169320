"""What the templates of the policy room need."""
