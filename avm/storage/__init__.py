"""All that lies on disk: caches, parameters and their download, the keystore."""
