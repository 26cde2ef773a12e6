"""The Varuna proof system: SRS, indexer, prover, verifier, codecs."""
