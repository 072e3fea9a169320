"""Tables that come in by the browser or from a program: kept as they came, taken by a job, told row by row."""
