"""numba's passes that kernels need, of those it runs by default: a tenth less time to compile.

What is left out: closures, comprehensions and generators, functions inlined before they are typed, loops over
tuples unrolled, branches pruned, array expressions fused. Only compiling imports this.
"""

from __future__ import annotations

from typing import Any

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
    typed.NativeLowering,
    typed.NoPythonBackend,
)


class KernelCompiler(numba.core.compiler.CompilerBase):
    """Compiles kernels and what they call."""

    def define_pipelines(self) -> list[Any]:
        """Return the one sequence of passes."""
        passes = machinery.PassManager("kernel")
        for one in PASSES:
            passes.add_pass(one, one.name())
        passes.finalize()
        return [passes]
