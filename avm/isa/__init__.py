"""The instruction set: each opcode's signature, evaluation, constraints, cost and documentation."""
