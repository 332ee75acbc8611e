"""The steps from each schema to the next one: one file each in `versions`."""
