"""Qt models over avm.api views."""
