"""Cameras, docks, vehicles; who carried what, when."""
