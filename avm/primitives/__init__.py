"""Hashes, commitments and Merkle trees."""
