"""`python -m touchpoints` is the command line."""

from touchpoints.cli import main

main()
