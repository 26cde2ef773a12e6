"""One file per panel; the registry finds them."""
