"""Larger parts of panels: they know the rows and views that they show, and nothing of the window."""
