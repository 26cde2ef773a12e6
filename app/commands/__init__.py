"""Commands, one file per topic; the registry finds them."""
