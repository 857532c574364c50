"""Write RESULTS.md from log.json and findings.md.

python tests/benchmarks/results.py
"""

from entries import (
    HERE,
    ceilings_line,
    entry_tables,
    machine_line,
    measurements_table,
    over_time_table,
    ratios_table,
    read_log,
    write_atomically,
)

RESULTS = HERE / "RESULTS.md"


def written(value):
    return ", ".join(f"{number:,}" if isinstance(number, int) else f"{number:g}" for number in value)


def figures_list(entries):
    """What other scripts measured, a line for each command; of a figure that was measured again, the newest."""
    newest = {}
    for number, entry in enumerate(entries, 1):
        for row in entry.get("figures", []):
            newest[row["figure"]] = (number, row)
    lines = {}
    for figure, (number, row) in newest.items():
        value = row["value"] if isinstance(row["value"], list) else [row["value"]]
        said = f"{figure}: {written(value)} {row['unit']}".strip()
        lines.setdefault((row["command"], number), []).append(said)
    return "\n".join(f"- `{command}`, entry {number}. {'; '.join(said)}." for (command, number), said in lines.items())


def in_bf16(entry):
    return any(row["implementation"].endswith("bf16") for row in entry["measurements"])


def bf16_section(number, entry):
    """What a processor with instructions for bf16 made of them, when the newest run was on one without."""
    return [
        f"## In bf16: entry {number + 1}, {entry['date']}",
        f"The newest run of everything on a processor with instructions for bf16. {machine_line(entry)}. "
        f"{ceilings_line(entry)}",
        measurements_table(entry, "bf16"),
        ratios_table(entry, "bf16"),
    ]


def page(entries, findings):
    """Return the text of RESULTS.md."""
    whole = max(i for i, entry in enumerate(entries) if entry.get("whole"))
    entry = entries[whole]
    short = max((i for i, one in enumerate(entries) if one.get("whole") and in_bf16(one)), default=whole)
    notes = "\n".join(f"{i}. {one['date']}, `{one['command']}`. {one['note']}" for i, one in enumerate(entries, 1))
    parts = [
        "# Results of the benchmarks",
        "This page is written by `python tests/benchmarks/results.py` from `log.json` (what was measured) and "
        '`findings.md` (what it taught us): change those. `bench.py --log "note"` adds an entry.',
        "The floor is the least time that the work must cost at the machine's measured speed: for loads and "
        "generation the bytes of the weights over the bandwidth of reading memory (not of the disk), for responses "
        "and steps the operations over the peak of the number format. 2 times the floor is half the possible speed. "
        "**Nothing has been run on a GPU: those rows are open.**",
        f"## The newest run of everything: entry {whole + 1}, {entry['date']}",
        f"`{entry['command']}`. {entry['note']}",
        entry_tables(entry),
        *([] if short == whole else bf16_section(short, entries[short])),
        "## Ratios over time",
        "How many times as fast as the other we were in the same run; a machine with and one without instructions "
        "for bf16 cannot be compared with each other. Entries without a peer are left out.",
        over_time_table(entries),
        notes,
        "## What other scripts measured",
        figures_list(entries),
        findings.strip(),
    ]
    return "\n\n".join(parts) + "\n"


def main():
    findings = (HERE / "findings.md").read_text(encoding="utf-8")
    write_atomically(RESULTS, page(read_log(), findings).encode("utf-8"))
    print(f"Written: {RESULTS}")


if __name__ == "__main__":
    main()
