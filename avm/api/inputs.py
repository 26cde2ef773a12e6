"""What is wrong with a value that is typed for an input, in words for a form."""

from __future__ import annotations


def wrong_value(text: str, type_name: str) -> str:
    """What is wrong with a value typed for a type, and what would be right; empty when nothing obvious is."""
    from avm.vm.values import input_fault

    return input_fault(text, type_name)
