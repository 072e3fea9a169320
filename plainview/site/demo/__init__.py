"""A small fictional city: department, cameras, footage made on the spot."""
