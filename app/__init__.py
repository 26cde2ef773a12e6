"""AVM Studio: the Qt window over avm.api."""
