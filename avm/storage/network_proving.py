"""Proving keys for the network's circuits: found in the cache or made under one reference string."""

from __future__ import annotations

from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.r1cs.system import ConstraintSystem
from avm.storage.parameters import Parameters
from avm.varuna.proving_key import ProvingKey
from avm.varuna.srs.reference_string import Srs


class CachedKeys:
    """Proving keys of circuits under a reference string that reaches all of them.

    Keys are kept in memory and in the cache on disk.
    """

    def __init__(
        self,
        parameters: Parameters,
        srs: Srs,
        progress: Progress = NULL_PROGRESS,
        cancel: Cancel | None = None,
    ) -> None:
        self.srs = srs
        self._parameters, self._progress, self._cancel = parameters, progress, cancel
        self._kept: dict[bytes, ProvingKey] = {}

    def key_of(self, system: ConstraintSystem) -> ProvingKey:
        """Return the key of a circuit."""
        name = system.digest()
        if name not in self._kept:
            shape = self._parameters.shape_of(system, self._progress)
            self._kept[name] = self._parameters.key_of(system, shape, self.srs, self._progress, self._cancel)
        return self._kept[name]
