"""The verifying keys of an execution, derived from the text of its programs under one reference string."""

from __future__ import annotations

from avm.base.consensus import Rules
from avm.base.progress import NULL_PROGRESS, Cancel, Progress
from avm.ledger.circuits_needed import FUNCTION, INCLUSION, TRANSLATION, blank_system
from avm.ledger.proving import Name
from avm.ledger.statements import CREDITS
from avm.storage.network_keys import ChainKeys
from avm.storage.network_proving import CachedKeys
from avm.varuna.verifying_key import VerifyingKey
from avm.vm.environment import Environment


class DerivedKeys:
    """Keys of the programs of ``env``; under the official string those of credits are the published ones."""

    def __init__(
        self,
        env: Environment,
        rules: Rules,
        proving: CachedKeys,
        progress: Progress = NULL_PROGRESS,
        cancel: Cancel | None = None,
    ) -> None:
        self._env, self._rules, self._proving = env, rules, proving
        self._progress, self._cancel = progress, cancel
        self._published = None if proving.srs.insecure else ChainKeys(rules, {})
        self._kept: dict[Name, VerifyingKey] = {}

    def of(self, program: str, name: str) -> VerifyingKey:
        """The key of a function, or of the translation circuit of a record."""
        if self._published is not None and program == CREDITS:
            return self._published.of(program, name)
        is_record = program in self._env.programs and name in self._env.programs[program].records
        return self._derived((TRANSLATION if is_record else FUNCTION, program, name))

    def inclusion(self, version: int) -> VerifyingKey:
        """The key of the inclusion circuit, version 0 or 1."""
        if self._published is not None:
            return self._published.inclusion(version)
        return self._derived((INCLUSION, "", ""), version)

    def _derived(self, name: Name, version: int = 1) -> VerifyingKey:
        if name not in self._kept:
            system = blank_system(self._env, name, version, progress=self._progress, cancel=self._cancel)
            self._kept[name] = self._proving.key_of(system).verifying_key
        return self._kept[name]
