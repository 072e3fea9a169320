"""What runs inside the sandbox. It imports nothing of Plainview but itself and the vendors' files."""
