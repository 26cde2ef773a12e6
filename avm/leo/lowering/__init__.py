"""What the lowering passes share: walks, rewriting and purity."""
