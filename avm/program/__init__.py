"""Aleo programs: grammar, printer, checks."""
