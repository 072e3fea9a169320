"""PURE. Canonical bytes, Merkle tree, tiles, signed notes, proofs."""
