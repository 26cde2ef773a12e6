"""The prover's rounds, one file and one function each."""
