"""Calls for service as pages: who was sent, what they concern, what was recorded of them."""
