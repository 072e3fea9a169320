"""PURE. The offline verifier: no server, no database, no network."""
