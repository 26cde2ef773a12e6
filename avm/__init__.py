"""The engine of AVM Studio: a Leo compiler, the Aleo virtual machine, Varuna proofs and a local ledger."""

__version__ = "0.1.0"
