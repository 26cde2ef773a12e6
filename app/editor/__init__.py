"""The code editor: text, gutter, highlighting, completion, links."""
