"""Holds the input that --fix-out wrote against the right one."""

import dataclasses

import numpy as np

# A map that stands nowhere is estimated from the rows: each column's error, as a root mean square in training's own deviations, is at most half of
# one, and at most what four standard errors of that many rows allow.
LARGEST, ERRORS = 0.5, 4.0


@dataclasses.dataclass
class Right:
    input: str
    array: np.ndarray | None  # None: no fix can give the right input, so none may be called verified
    steps: tuple = ()  # where two faults stand together: states with one of them mended
    spread: np.ndarray | None = None  # training's deviation by column, where the map has to be estimated


def same(fixed, right, spread=None):
    """Is it the right input, but for rounding (or for what an estimate may be off)?"""
    if fixed.shape != right.shape:
        return False
    fixed, right = fixed.astype(np.float64), right.astype(np.float64)
    if not np.isfinite(fixed).all():
        return False
    if spread is None:
        return bool(np.abs(fixed - right).max(initial=0) <= 1e-4 * max(np.ptp(right), 1e-3))
    error = (fixed - right) / np.where(spread > 0, spread, 1)
    columns = error.reshape(-1, error.shape[-1]) if spread.ndim else error.reshape(-1, 1)
    return bool((np.sqrt(np.square(columns).mean(0)) <= min(LARGEST, ERRORS / np.sqrt(len(right)))).all())


def serious(document):
    """Findings above a note that no other finding with a fix explains: what the user is told to mend."""
    findings = document.get("findings", [])
    mended = {i for f in findings if f["fix"] for i in f["explains"]}
    return [f for i, f in enumerate(findings) if f["severity"] != "note" and i not in mended]


def outcome(right, document, fixed):
    """"right", "none" (no verified fix, or not of every fault), or "WRONG: why"."""
    fixes = [f["fix"] for f in serious(document) if f["fix"]]
    if not fixes or not any(f["verified"] for f in fixes):
        return "none"
    lines = " ; ".join(f["numpy"].replace("\n", " ; ") for f in fixes if f["verified"])[:160]
    if right.array is None:
        return f"WRONG: verified, though nothing can mend it: {lines}"
    if fixed is None:
        return f"WRONG: a verified fix gave no file: {lines}"
    if same(fixed, right.array, right.spread):
        return "right"
    if not all(f["verified"] for f in fixes) or any(same(fixed, step) for step in right.steps):
        return "none"
    return f"WRONG: gives {summary(fixed)}, right is {summary(right.array)}: {lines}"


def altered(given, fixed):
    """Does the fixed input differ from the clean one it was given? An axis of one element, which Keras itself adds or drops, does not count."""
    return fixed is not None and (fixed.size != given.size or not np.array_equal(fixed.ravel(), given.ravel().astype(fixed.dtype), equal_nan=True))


def summary(x):
    return f"{tuple(x.shape)} {x.min():.4g} … {x.max():.4g}"
