"""Where everything is kept: tables, sweeps, and the outbox."""
