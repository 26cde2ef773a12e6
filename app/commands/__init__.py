"""Commands, one file per topic; each `COMMANDS` list is found by app.registry."""
