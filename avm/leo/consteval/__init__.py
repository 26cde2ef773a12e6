"""Constants: values, operators and opcodes on them through the machine, and folding them in the tree."""
