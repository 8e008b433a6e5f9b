"""One faulty (or clean) prediction and what the diagnosis has to say of it."""

import dataclasses
import json
import pathlib
import re
import subprocess

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEMO = ROOT / "resources" / "demo"
PROGRAM = ROOT / "build" / "release" / "plumbline"
WORK = ROOT / "build" / "faults"


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

    def sources(self):
        """Arrays as files of their own, so that a failed command can be typed again."""
        result = []
        for name, value in self.inputs.items():
            if isinstance(value, np.ndarray):
                path = WORK / "inputs" / (re.sub(r"[^\w.-]+", "-", f"{self.kind}-{self.name}-{name}") + ".npy")
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
        return [*words, "--json", "-", "--threads", "1", *self.options]


@dataclasses.dataclass
class Outcome:
    case: Case
    command: list
    seconds: float
    wrong: str  # empty: as it should be
    found: str  # the codes in their order, notes in brackets


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


def run(case):
    import time

    command = case.command()
    start = time.monotonic()
    try:
        process = subprocess.run(command, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return Outcome(case, command, 60, "hangs: more than 60 s", "")
    seconds = time.monotonic() - start
    try:
        document = json.loads(process.stdout)
    except ValueError:
        text = (process.stderr.strip().splitlines() or [""])[-1][:200]
        return Outcome(case, command, seconds, f"no JSON, exit {process.returncode}: {text}", "")
    found = " ".join(f["code"] if f["severity"] != "note" else f"[{f['code']}]" for f in document.get("findings", []))
    return Outcome(case, command, seconds, judge(case, process.returncode, document), found)
