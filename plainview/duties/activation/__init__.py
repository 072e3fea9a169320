"""Was the camera on? Calls against recordings, findings, reasons."""
