"""Rows of imported files, and what each kind of row means."""
