"""The use cases: each is handed its store, channels and clock."""
