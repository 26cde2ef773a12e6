"""Errors, spans, diagnostics, codecs, progress and the thread pool that every layer shares."""
