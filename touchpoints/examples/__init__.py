"""Examples that work at once: the generated bank of `demo`, and the first workspace of `init`."""
