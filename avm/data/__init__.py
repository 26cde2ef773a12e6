"""Identifiers, plaintexts, records, futures: text, byte, bit and field forms."""
