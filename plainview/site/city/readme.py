"""What stands in the city's folder, for whoever finds it."""

README = """\
# A fictional police department and its truth

Drawn with seed {seed}: {officers} officers, {days} days from {first} to {last} ({zone}), {calls} calls, {dispatches}
dispatches, {recordings} recordings, {matters} matters. Everybody and everything in it is made up.

Import in this order:

    plainview policy adopt policy.toml
    plainview roster import roster.csv
    plainview fleet import fleet.csv
    plainview fleet faults faults.csv
    plainview calls import calls.csv --map plainview
    plainview recordings import recordings.csv --map plainview
    plainview matters import matters.csv
    plainview activation reasons reasons.csv

| File | What it is |
|---|---|
| truth/activation.csv | what `plainview activation audit --from {first} --to {through}` says of every dispatch |
| reasons.csv | what officers gave as the reason of a call without footage; read by that audit |
| truth/retention.csv | what `plainview retention due --on {retention_on} --csv F` has to say of every recording |
| truth/planted.csv | what was planted on purpose, where, and what it should lead to |
| dirty/, truth/dirty.csv | with `--dirty`: the same tables with damaged rows, and which cell of which row is wrong |

The truth comes from the definitions, one dispatch at a time, and shares nothing with the program's own matcher. A late
start or an early stop is blank where nothing was recorded.
"""
