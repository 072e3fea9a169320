"""`python -m plainview` is the `plainview` command."""

from plainview.site.command import main

main()
