"""The verbs of the avm command, one file each; avm.cli.main discovers them."""
