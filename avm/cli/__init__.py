"""The avm command."""
