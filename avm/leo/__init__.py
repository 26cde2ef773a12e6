"""The Leo compiler: from source to Aleo instructions."""
