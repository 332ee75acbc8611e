"""Words: templates in a sandbox, audiences, and what is wrong with them."""
