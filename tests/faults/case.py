"""One faulty (or clean) prediction and what the diagnosis has to say of it."""

import dataclasses
import json
import pathlib
import re
import subprocess
import time

import numpy as np

import repair

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = ROOT / "resources" / "demo"
PROGRAM = ROOT / "build" / "release" / "plumbline"
WORK = ROOT / "build" / "faults"
LONGEST = 300  # seconds, on a machine that has much else to do


@dataclasses.dataclass
class Case:
    kind: str  # the row of the table it is counted in
    name: str
    model: pathlib.Path
    training: list  # "name=path" or "name=law"
    inputs: dict  # model input's name -> array, path or text of a source
    codes: tuple  # findings[0] has to be one of these; empty: nothing above a note
    status: int = 1
    fix: bool = False  # a verified fix has to come with it
    where: dict = dataclasses.field(default_factory=dict)  # members that findings[0].where has to have
    evidence: dict = dataclasses.field(default_factory=dict)
    options: tuple = ()
    judge: object = None  # a further look at the document: returns what is wrong, or None
    right: repair.Right | None = None  # the input that verified fixes have to give, where it is known

    @property
    def clean(self):
        return not self.codes

    @property
    def file(self):
        """Names its files: inputs, and what --fix-out writes."""
        return re.sub(r"[^\w.-]+", "-", f"{self.kind}-{self.name}")

    @property
    def fixed(self):
        return WORK / "fixed" / f"{self.file}.npz"

    def sources(self):
        """Arrays as files of their own, so that a failed command can be typed again."""
        result = []
        for name, value in self.inputs.items():
            if isinstance(value, np.ndarray):
                path = WORK / "inputs" / f"{self.file}-{name}.npy"
                path.parent.mkdir(parents=True, exist_ok=True)
                np.save(path, value)
                value = path
            result.append(f"{name}={value}" if name else str(value))
        return result

    def command(self):
        words = [str(PROGRAM), "check", str(self.model)]
        for source in self.training:
            words += ["--train", source]
        for source in self.sources():
            words += ["--input", source]
        if self.clean or self.right:
            words += ["--fix-out", str(self.fixed)]
        return [*words, "--json", "-", "--threads", "1", *self.options]


@dataclasses.dataclass
class Outcome:
    case: Case
    command: list
    seconds: float
    wrong: str  # empty: as it should be
    found: str  # the codes in their order, notes in brackets
    quiet: bool = False  # nothing above a note was said
    fix: str = ""  # where it is known: "right", "none", or "WRONG: " and why; of clean uses: "" or "proposed: " and what


def relative(path):
    return str(path).replace(str(ROOT) + "/", "")


def judge(case, status, document):
    """What is wrong with `document`, in words; empty where nothing is."""
    findings = document.get("findings", [])
    serious = [f for f in findings if f["severity"] != "note"]
    if case.codes == ("anything",):
        return "" if status in (0, 1, 3) and not any(f["code"] == "crash" for f in findings) else f"exit {status}"
    if not case.codes:
        if status != 0 or serious:
            return f"should be clean, exit {status}"
        return (case.judge(document) or "") if case.judge else ""
    if status != case.status:
        return f"exit {status}, should be {case.status}"
    if case.codes == ("file",):  # a file that gives no graph: a sentence, no code
        return "" if document.get("error", {}).get("message") else "no error message"
    if not findings or findings[0]["code"] not in case.codes:
        return f"first finding should be {' or '.join(case.codes)}"
    first = findings[0]
    for name, members in (("where", case.where), ("evidence", case.evidence)):
        for key, value in members.items():
            if first[name].get(key) != value:
                return f"{name}.{key} is {json.dumps(first[name].get(key))}, should be {json.dumps(value)}"
    if case.fix and not (first.get("fix") or {}).get("verified"):
        return "no verified fix"
    if any(m in first["message"] for m in ("{", "}")):
        return f"unfilled message: {first['message']}"
    return (case.judge(document) or "") if case.judge else ""


def repaired(case, document):
    """What came of the fixes, held against the truth."""
    fixed = {}
    if case.fixed.exists():
        with np.load(case.fixed) as file:
            fixed = dict(file)
    if case.right:
        return repair.outcome(case.right, document, fixed.get(case.right.input))
    if case.clean:
        lines = [f["fix"]["numpy"] for f in document.get("findings", []) if f["fix"]]
        given = {name: np.load(value) if isinstance(value, pathlib.Path | str) and str(value).endswith(".npy") else value for name, value in case.inputs.items()} if lines else {}
        changed = [name for name, value in given.items() if isinstance(value, np.ndarray) and repair.altered(value, fixed.get(name))]
        return f"proposed: {' ; '.join(lines)[:160]}" if changed else ""
    return ""


def run(case):
    command = case.command()
    if case.clean or case.right:
        case.fixed.parent.mkdir(parents=True, exist_ok=True)
        case.fixed.unlink(missing_ok=True)
    start = time.monotonic()
    try:
        process = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST)
    except subprocess.TimeoutExpired:
        return Outcome(case, command, LONGEST, f"hangs: more than {LONGEST} s", "")
    seconds = time.monotonic() - start
    try:
        document = json.loads(process.stdout)
    except ValueError:
        text = (process.stderr.strip().splitlines() or [""])[-1][:200]
        return Outcome(case, command, seconds, f"no JSON, exit {process.returncode}: {text}", "")
    found = " ".join(f["code"] if f["severity"] != "note" else f"[{f['code']}]" for f in document.get("findings", []))
    return Outcome(case, command, seconds, judge(case, process.returncode, document), found, process.returncode == 0, repaired(case, document))
