"""Pages of disposals: reading in `read`, what people do in `act`."""
