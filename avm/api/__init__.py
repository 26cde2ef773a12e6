"""What user interfaces may use of the engine."""
