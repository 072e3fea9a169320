"""What a run of kills came to, as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from rich.console import Console
from rich.table import Table


def show(title: str, counts: Counter[str], must_be_zero: Mapping[str, str], told: Iterable[str]) -> bool:
    """Prints the counts and what was told; returns whether all that must be zero is."""
    table = Table(show_header=False, title=title)
    for name, number in sorted(counts.items()):
        if name not in must_be_zero:
            table.add_row(name, f"{number:,}", "")
    for name, words in must_be_zero.items():
        table.add_row(words, str(counts[name]), "[red]must be 0[/red]" if counts[name] else "must be 0")
    Console().print(table)
    for line in told:
        Console().print(line, highlight=False)
    return not any(counts[name] for name in must_be_zero)
