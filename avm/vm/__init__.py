"""The machine: programs run to a trace, the debugger over it, and its constraints."""

from avm.vm.environment import BlockContext, Deployment, Environment, load
from avm.vm.execute import execute, execute_constructor, execute_future, execute_view
from avm.vm.interpreter import RunConfig
from avm.vm.step import Access, MappingAccess, Step
from avm.vm.store import FinalizeStore, MemoryStore, Overlay
from avm.vm.trace import FinalizeOperation, Frame, HaltInfo, MappingSnapshot, Trace, TraceOutput

__all__ = [
    "Access",
    "BlockContext",
    "Deployment",
    "Environment",
    "FinalizeOperation",
    "FinalizeStore",
    "Frame",
    "HaltInfo",
    "MappingAccess",
    "MappingSnapshot",
    "MemoryStore",
    "Overlay",
    "RunConfig",
    "Step",
    "Trace",
    "TraceOutput",
    "execute",
    "execute_constructor",
    "execute_future",
    "execute_view",
    "load",
]
