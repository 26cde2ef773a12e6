"""What compiling a kernel takes of all that numba does by default: some sixth less time.

What is left out: closures, comprehensions and generators, functions inlined before they are typed, loops over
tuples unrolled, branches pruned, array expressions fused; and LLVM's part as told below. Only compiling
imports this.
"""

from __future__ import annotations

from typing import Any

import numba.core.codegen
import numba.core.compiler
import numba.core.compiler_machinery
import numba.core.typed_passes
import numba.core.untyped_passes

machinery: Any = numba.core.compiler_machinery
untyped: Any = numba.core.untyped_passes
typed: Any = numba.core.typed_passes

PASSES = (
    untyped.TranslateByteCode,
    untyped.FixupArgs,
    untyped.IRProcessing,
    untyped.RewriteSemanticConstants,
    untyped.GenericRewrites,
    untyped.ReconstructSSA,
    typed.NopythonTypeInference,
    typed.PreLowerStripPhis,
    typed.IRLegalization,
)


class _Library(numba.core.codegen.JITCodeLibrary):
    """LLVM code that is optimised once; numba does so twice, the first time to spare counts of references.

    The machine code of our kernels is the same, bit for bit.
    """

    def _optimize_final_module(self) -> None:
        generator: Any = self._codegen
        passes, builder = generator._module_pass_manager()
        passes.run(self._final_module, builder)


class _KernelLibrary(_Library):
    """A kernel's code, whose helpers no other kernel can take for its own of the same name."""

    def _optimize_final_module(self) -> None:
        super()._optimize_final_module()
        for function in self._final_module.functions:
            if not function.is_declaration and function.linkage.name != "external":
                function.linkage = "internal"


class _DeviceLibrary(_Library):
    """LLVM code that is copied into that of kernels: there is no machine code of its own."""

    @property
    def codegen(self) -> Any:
        return self

    def set_env(self, name: str, environment: Any) -> None:
        """Forget the environment, for which machine code would have a place."""

    def get_pointer_to_function(self, name: str) -> int:
        return 0

    def _finalize_final_module(self) -> None:
        self._finalized = True


@machinery.register_pass(mutates_CFG=True, analysis_only=False)
class _KernelLowering(typed.NativeLowering):  # type: ignore[misc]
    _name = "kernel_lowering"
    library: Any = _KernelLibrary

    def run_pass(self, state: Any) -> bool:
        state.library = self.library(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return bool(super().run_pass(state))


@machinery.register_pass(mutates_CFG=True, analysis_only=False)
class _DeviceLowering(_KernelLowering):
    _name = "device_lowering"
    library = _DeviceLibrary


class KernelCompiler(numba.core.compiler.CompilerBase):
    """Compiles kernels."""

    lowering: Any = _KernelLowering

    def define_pipelines(self) -> list[Any]:
        """Return the one sequence of passes."""
        passes = machinery.PassManager("kernel")
        for one in (*PASSES, self.lowering, typed.NoPythonBackend):
            passes.add_pass(one, one.name())
        passes.finalize()
        return [passes]


class DeviceCompiler(KernelCompiler):
    """Compiles what kernels call."""

    lowering = _DeviceLowering
