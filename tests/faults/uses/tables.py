"""Rows people ask about: one customer's, one weekday's, those of one group, sorted ones, the extremes, very few."""

import numpy as np

from known.common import write_table
from known.tables import COLUMNS
from case import WORK
from uses.common import rows_of, use


def groups(k):
    raw, person = k.raw, k.facts["person"]
    column = lambda name: raw[:, COLUMNS.index(name)]
    counts = np.unique(person)
    for i in (1, 7, 20):
        yield "one customer", f"customer {i}", person == counts[i]
    yield "one customer", "two customers", np.isin(person, counts[3:5])
    yield "one customer", "a customer's weekday", (person == counts[9]) & (column("weekday") == column("weekday")[person == counts[9]][0])
    for day in (0, 5):
        yield "one group", f"weekday {day}", column("weekday") == day
    yield "one group", "premium", column("premium") == 1
    yield "one group", "not premium, first 20", (column("premium") == 0) & (np.cumsum(column("premium") == 0) <= 20)
    yield "one group", "young", column("age") < 30
    yield "one group", "old", column("age") > 70
    yield "extremes", "the richest tenth", column("income") > np.quantile(column("income"), 0.9)
    yield "extremes", "the poorest tenth", column("income") < np.quantile(column("income"), 0.1)
    yield "extremes", "the cold", column("temperature") < np.quantile(column("temperature"), 0.05)


def cases(known):
    for name in ("zscore", "zscorenpy", "minmax", "normalization"):
        k = known[name]
        yield from rows_of("rows", k)
        for kind, what, chosen in groups(k):
            yield use(kind, k, what, k.good[chosen])
        for column in ("age", "weekday", "balance"):
            order = np.argsort(k.raw[:, COLUMNS.index(column)], kind="stable")
            yield use("sorted rows", k, f"by {column}", k.good[order])
            yield use("sorted rows", k, f"the first 25 by {column}", k.good[order[:25]])
        for rows in (2, 24):
            yield use("a row repeated", k, str(rows), np.repeat(k.good[5:6], rows, 0))
        what_if = np.repeat(k.good[6:7], 21, 0)
        what_if[:, 1] = np.linspace(*np.quantile(k.good[:, 1], (0.05, 0.95)), 21)
        yield use("one customer", k, "what if the income were another", what_if)
        path = write_table(WORK / "inputs" / f"clean-{name}.csv", k.good[:40], COLUMNS)
        yield use("rows", k, "as a CSV", k.good, **{k.input: path})
        yield use("no reference", k, "40", k.good[:40], [])
