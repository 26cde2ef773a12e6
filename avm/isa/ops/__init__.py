"""The opcode families; each module declares its opcodes with the registry."""
