"""PURE. Probe, remux, stills, waveform, GPS; every decoder runs in a sandbox."""
