"""The outcomes as tables, and what they come to: what is said of faults, what their fixes give, what is said of clean uses."""

import json
import pathlib
import shlex

from case import relative

# What is not right yet, by count: a run that comes to more fails. It only shrinks.
BUDGET = pathlib.Path(__file__).with_name("budget.json")


def by_kind(outcomes):
    kinds = {}
    for outcome in outcomes:
        kinds.setdefault(outcome.case.kind, []).append(outcome)
    return kinds


def wrongly_fixed(outcome):
    return outcome.fix.startswith("WRONG")


def silent(outcome):
    """Nothing above a note, though something is wrong: often the rows cannot tell."""
    return bool(outcome.wrong) and outcome.quiet


def of_faults(members):
    known = [o for o in members if o.case.right]
    right = sum(not o.wrong for o in members)
    missed = sum(silent(o) for o in members)
    mended, spoiled = sum(o.fix == "right" for o in known), sum(map(wrongly_fixed, known))
    return {"cases": len(members), "named right": right, "named otherwise": len(members) - right - missed, "not noticed": missed, "right input known": len(known),
            "fixed right": mended, "no verified fix": len(known) - mended - spoiled, "fixed wrong": spoiled}


def of_uses(members):
    return {"cases": len(members), "false alarms": sum(bool(o.wrong) for o in members), "fixes proposed": sum(bool(o.fix) for o in members)}


def table(title, outcomes, count):
    kinds = by_kind(outcomes)
    if not kinds:
        return []
    lines = [f"| {title} | " + " | ".join(count([])) + " |", "| --- |" + " ---: |" * len(count([]))]
    for kind, members in (*kinds.items(), ("**all**", outcomes)):
        lines.append(f"| {kind.removeprefix('clean: ')} | " + " | ".join(map(str, count(members).values())) + " |")
    return [*lines, ""]


def halves(outcomes):
    return [o for o in outcomes if not o.case.clean], [o for o in outcomes if o.case.clean]


def tables(outcomes):
    faults, uses = halves(outcomes)
    return "\n".join(table("fault", faults, of_faults) + table("clean use", uses, of_uses))


def failed(outcomes):
    return [o for o in outcomes if o.wrong or wrongly_fixed(o) or (o.case.clean and o.fix)]


def told(outcome):
    case = outcome.case
    mark = f"WRONG: {outcome.wrong}" if outcome.wrong else "right"
    text = f"\n{case.kind}: {case.name}: {mark}\n  found: {outcome.found or 'nothing'}"
    if outcome.fix:
        text += f"\n  fix: {outcome.fix}"
    return text + "\n  " + relative(shlex.join(outcome.command))


def write(page, counts, text):
    """The counts and the tables take the place of what stands under the page's heading for them."""
    heading = "## The tables\n"
    before, _, after = page.read_text().partition(heading)
    behind = after[at:] if (at := after.find("\n## ")) >= 0 else ""
    listed = "\n".join(f"- {line}" for line in counts.splitlines())
    page.write_text(f"{before}{heading}\n{listed}\n\n{text.rstrip()}\n{behind}")


def counts(outcomes):
    """The two counts, and what of them is above the budget."""
    faults, uses = map(lambda half, count: count(half), halves(outcomes), (of_faults, of_uses))
    text = "\n".join(name + ": " + ", ".join(f"{n} {what}" for what, n in half.items()) for name, half in (("faults", faults), ("clean uses", uses)))
    above = [f"{(faults | uses)[what]} {what}, allowed are {most}" for what, most in json.loads(BUDGET.read_text()).items() if (faults | uses)[what] > most]
    return text, above
