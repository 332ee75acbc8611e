"""The studio: web pages for authors and operators, on this machine only. Needs the extra `web`."""
