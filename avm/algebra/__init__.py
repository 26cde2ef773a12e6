"""Fields, curves, pairing, polynomials, transforms and multi-scalar multiplication."""
