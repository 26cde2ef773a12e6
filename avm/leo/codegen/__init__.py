"""The code generator: a lowered Leo program becomes an Aleo program."""
