"""Rank-1 constraint systems: linear combinations, labelled constraints, matrices."""
