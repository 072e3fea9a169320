"""PURE. What a recording costs to keep, by storage tier. The prices are assumptions that a department sets for itself.

The default is the estimate that Kansas City's police made in 2017: $3.2M for 2.4 PB over five years, $0.022 a GB
and month. A second tier for footage that is rarely touched is common, and cheaper; its price here is a guess.
"""

from __future__ import annotations

from dataclasses import dataclass

MONTH = 30.4375  # days
GB = 1_000_000_000  # bytes
DEFAULT = "standard:0:0.022,archive:180:0.004"


class BadPrices(ValueError):
    """Text that names no prices; says how to write them."""


@dataclass(frozen=True)
class Tier:
    """Where footage lies from so many days after it was recorded, and what a GB costs there a month."""

    name: str
    from_day: int
    dollars: float


def read_prices(text: str) -> list[Tier]:
    """Returns the tiers that a text names: `name:from day:dollars per GB and month`, separated by commas.

    Raises BadPrices.
    """
    tiers = [_tier(part) for part in text.split(",") if part.strip()]
    days = [tier.from_day for tier in tiers]
    if not tiers or days[0] != 0 or days != sorted(set(days)):
        raise BadPrices(f"“{text}”: the first tier begins at day 0, and each later one after the one before. {_HOW}")
    return tiers


_HOW = f"Write {DEFAULT}: name, from which day after recording, dollars per GB and month."


def _tier(part: str) -> Tier:
    words = part.strip().split(":")
    try:
        tier = Tier(words[0], int(words[1]), float(words[2]))
    except (IndexError, ValueError):
        raise BadPrices(f"“{part.strip()}” is no tier. {_HOW}") from None
    if len(words) != 3 or not tier.name or tier.from_day < 0 or not 0 <= tier.dollars < 1000:
        raise BadPrices(f"“{part.strip()}” is no tier. {_HOW}")
    return tier


def in_sql(tiers: list[Tier], recorded: str, until: str, today: str, size: str) -> str:
    """Returns SQL for the dollars of keeping `size` bytes from today to a day, whatever tier they pass through."""
    parts = []
    for tier, following in zip(tiers, [*tiers[1:], None], strict=True):
        first = f"greatest({today}, {recorded} + {tier.from_day})"
        last = until if following is None else f"least({until}, {recorded} + {following.from_day})"
        parts.append(f"greatest(0, {last} - {first}) * {tier.dollars / MONTH / GB!r}::double precision")
    return f"({size} * ({' + '.join(parts)}))"
