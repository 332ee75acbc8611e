"""The pure core: columns and an instant in, a plan out."""
