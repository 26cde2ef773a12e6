"""What the lowering passes share: the context, the index of a program, walks, rewriting and purity."""
