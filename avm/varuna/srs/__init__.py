"""Structured reference strings: the type, where they come from, their file format, checks, contributions."""
