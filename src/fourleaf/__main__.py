"""``python -m fourleaf`` is the same as the ``fourleaf`` command."""

from fourleaf.cli import main

main()
