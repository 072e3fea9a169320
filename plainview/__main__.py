"""`python -m plainview` is the `plainview` command."""

from plainview.site.command import main

if __name__ == "__main__":  # web processes are spawned and import this module again
    main()
