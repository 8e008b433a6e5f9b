"""Sentences without padding, short ones, one word again; calm series, one day, windows that overlap."""

import numpy as np

from uses.common import rows_of, use


def calm_first(k):
    return np.argsort(k.good.reshape(len(k.good), k.good.shape[1], -1).std(1).mean(1))


def windows(k):
    """Windows of one long series: three days end to end, a step further each time."""
    steps = k.good.shape[1]
    order = calm_first(k)[len(k.good) // 2 :][:3]
    long = np.concatenate(list(k.good[order]), 0)
    return np.stack([long[i : i + steps] for i in range(2 * steps)])


def series(k):
    order = calm_first(k)
    yield use("calm series", k, "the calmest", k.good[order[:20]])
    yield use("calm series", k, "the calmest alone", k.good[order[:1]])
    yield use("calm series", k, "the calmest two", k.good[order[:2]])
    if k.good.ndim == 3:  # a heart that all but stands still is no calm one
        yield use("calm series", k, "half as lively", np.median(k.good, 0) + 0.5 * (k.good[:32] - np.median(k.good, 0)))
        still = np.repeat(k.good[order[:8], :1], k.good.shape[1], 1)
        yield use("calm series", k, "all but still", (still + k.rng("still").normal(0, 0.02 * k.good.std(), still.shape)).astype(np.float32))
    yield use("calm series", k, "the liveliest", k.good[order[-12:]])
    yield use("one day", k, "a window again", np.repeat(k.good[4:5], 16, 0))
    yield use("one day", k, "with noise", np.repeat(k.good[5:6], 16, 0) + k.rng("noise").normal(0, 0.01, (16, *k.good.shape[1:])).astype(np.float32))
    level = k.good.reshape(len(k.good), k.good.shape[1], -1).mean(1)[:, 0]
    yield use("one day", k, "high ones", k.good[level > np.quantile(level, 0.9)])
    yield use("one day", k, "low ones", k.good[level < np.quantile(level, 0.1)])
    yield use("sorted rows", k, "by their level", k.good[np.argsort(level)])
    if k.good.ndim == 3:
        yield use("one day", k, "windows that overlap", windows(k))


def sentences(k):
    words, left = k.good, k.facts["left"]
    steps, rng = words.shape[1], k.rng("sentences")
    full = words[(words > 0).all(1)]
    lengths = (words > 0).sum(1)

    def padded(row):
        row = np.asarray(row)
        return np.concatenate([np.zeros(steps - len(row)), row] if left else [row, np.zeros(steps - len(row))]).astype(np.int32)

    for rows in (1, 2, 8, len(full)):
        yield use("unpadded sentences", k, f"{rows}", full[:rows])
    yield use("unpadded sentences", k, "int64", full.astype(np.int64))
    yield use("unpadded sentences", k, "float32", full.astype(np.float32))
    yield use("short sentences", k, "the shortest", words[np.argsort(lengths, kind="stable")[:24]])
    yield use("short sentences", k, "the shortest alone", words[np.argsort(lengths, kind="stable")[:1]])
    yield use("short sentences", k, "four words each", np.stack([padded(row[row > 0][:4]) for row in words[:16]]))
    yield use("short sentences", k, "one word each", np.stack([padded([w]) for w in (3, 1, 17, 40)]))
    for word in (1, 5, 30):
        yield use("one word repeated", k, f"{word} in full", np.full((1, steps), word, np.int32))
        yield use("one word repeated", k, f"{word} thrice, 8 times", np.stack([padded([word] * 3)] * 8))
    yield use("one word repeated", k, "a sentence 16 times", np.repeat(words[2:3], 16, 0))
    first = np.array([row[row > 0][0] for row in words])
    yield use("one class only", k, "sentences of one first word", words[first == np.bincount(first).argmax()])
    rare = np.array([(row[row > 0] > 20).mean() for row in words])
    yield use("one class only", k, "sentences of rare words", words[np.argsort(-rare)[:16]])
    yield use("one class only", k, "sentences of frequent words", words[np.argsort(rare)[:16]])
    yield use("sorted rows", k, "by their words", words[np.lexsort(words.T[::-1])])
    yield use("sorted rows", k, "by length, the first 20", words[np.argsort(-lengths, kind="stable")[:20]])
    growing = np.stack([padded(full[0][: n + 1]) for n in range(steps)])
    yield use("short sentences", k, "one that grows", growing)


def letters(k):
    eye = np.eye(12, dtype=np.float32)
    yield use("one word repeated", k, "one letter", np.repeat(np.repeat(eye[None, 3:4], 16, 1), 4, 0))
    yield use("one word repeated", k, "a text 16 times", np.repeat(k.good[:1], 16, 0))
    yield use("one word repeated", k, "two letters", eye[np.tile([1, 4], (8, 8))])
    yield use("one class only", k, "a window that slides", eye[np.lib.stride_tricks.sliding_window_view(k.raw[:3].ravel(), 16)])
    yield use("rows", k, "float64", k.good[:16].astype(np.float64))


def cases(known):
    for name in ("series", "seriesminmax", "signal", "signalz"):
        yield from rows_of("rows", known[name])
        yield from series(known[name])
    for name in ("words", "wordsflat"):
        yield from rows_of("rows", known[name])
        yield from sentences(known[name])
    yield from rows_of("rows", known["letters"])
    yield from letters(known["letters"])
