"""The compiler passes; the order stands in avm.leo.pipeline."""
