"""The local chain: transactions, blocks, Merkle state, SQLite store."""
