"""The keys of a circuit in one place: sizes, verifying key, proving key."""

from avm.varuna.proving_key import ProvingKey
from avm.varuna.verifying_key import CircuitInfo, VerifyingKey

__all__ = ["CircuitInfo", "ProvingKey", "VerifyingKey"]
