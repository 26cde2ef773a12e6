"""Panels, one file each; each class derived from app.panel.Panel is found by app.registry."""
