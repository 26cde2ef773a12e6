"""Keys, addresses and signatures."""
