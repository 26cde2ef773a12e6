"""Compiled twins of the plain algebra, chosen once by CPU features."""
