"""Pure functions from api views to rows of spans."""
