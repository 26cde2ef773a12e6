"""The scoring harness: answers the requests of `avm conformance` from the engine, one module per area.

A module lists its operations in ``HANDLERS``; no user interface needs any of them.
"""
