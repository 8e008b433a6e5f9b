"""Speed against Keras and ONNX Runtime, in one run, as the table of docs/benchmarks.md.

All three predict the same model on the same input in turns, a few calls each, for several rounds; a cell is the median of all
calls. The outputs are compared first: a fast wrong answer is no answer. Keras is a compiled tf.function, ONNX Runtime runs the
model as tf2onnx converts it (a GRU with its own operator, onnxexport.py). usage: run.py [--rounds N] [--only TEXT] [--threads 1,2] [--write FILE]
"""
import argparse
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SETTLE = 0.1  # seconds between turns: idle threads of a framework go on spinning after its call, on the next one's cores
BENCH = ROOT / "build" / "release" / "tests" / "bench" / "plumbline-bench"


def make(folder):
    """Writes every model as .keras and .onnx, and its inputs, once per folder. In a process of its own."""
    import keras
    import numpy as np
    import tensorflow as tf

    sys.path.insert(0, str(HERE))
    import models
    import onnxexport

    for index, (name, (build, _, batch)) in enumerate(models.MODELS.items()):
        model = models.randomised(build())
        base = folder / f"model{index}"
        model.save(f"{base}.keras")
        onnxexport.convert(model, f"{base}.onnx")
        for rows in (1, batch):
            for k, value in enumerate(models.inputs(model, rows)):
                np.save(f"{base}-{rows}-{k}.npy", value)
        print(f"made {name}", file=sys.stderr)
    (folder / "versions").write_text(f"Keras {keras.__version__} on TensorFlow {tf.__version__}")


class Runner:
    """One framework's process for one model, batch and number of threads."""

    def __init__(self, command, threads):
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), CUDA_VISIBLE_DEVICES="", TF_CPP_MIN_LOG_LEVEL="3")
        self.process = subprocess.Popen([str(c) for c in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, env=environment)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer or answer.startswith("error"):
            raise RuntimeError(f"{self.process.args}: {answer or 'the process ended'}")
        return answer

    def times(self, what, count):
        return [float(t) for t in self.ask(f"{what} {count}").split()]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(folder, index, batch, threads, rounds):
    import numpy as np

    model = folder / f"model{index}.keras"
    inputs = sorted(folder.glob(f"model{index}-{batch}-*.npy"))
    peer = [sys.executable, HERE / "peer.py"]
    runners = {"keras": Runner([*peer, "keras", model, threads, *inputs], threads),
               "onnx": Runner([*peer, "onnx", model, threads, *inputs], threads),
               "ours": Runner([BENCH, model, threads, *inputs], threads)}
    results = {name: [] for name in (*runners, "traced")}
    try:
        outputs = {}
        for name, runner in runners.items():
            target = folder / f"out-{name}.npy"
            runner.ask(f"output {target}")
            outputs[name] = np.load(target)
        for name in ("ours", "onnx"):
            error = np.abs(outputs[name].reshape(outputs["keras"].shape) - outputs["keras"]).max() / np.abs(outputs["keras"]).max()
            if not error < 1e-4:
                raise RuntimeError(f"model {index}: {name} differs from Keras by {error}")
        calls = [(name, runner, "predict", name) for name, runner in runners.items()] + [("traced", runners["ours"], "traced", "ours")]
        counts = {}
        for name, runner, what, _ in calls:
            runner.times(what, 3)
            counts[name] = max(3, min(200, int(60000 / statistics.median(runner.times(what, 3)))))
        for _ in range(rounds):
            for name, runner, what, _ in calls:
                time.sleep(SETTLE)
                results[name] += runner.times(what, counts[name])[1:]
    finally:
        for runner in runners.values():
            runner.close()
    return {name: statistics.median(times) for name, times in results.items()}


def duration(microseconds):
    return f"{microseconds:.0f} us" if microseconds < 1000 else f"{microseconds / 1000:.2f} ms"


def geometric(values):
    return statistics.geometric_mean(values) if values else float("nan")


def machine():
    text = pathlib.Path("/proc/cpuinfo").read_text() if pathlib.Path("/proc/cpuinfo").exists() else ""
    isa = "AVX-512" if "avx512f" in text else "AVX2" if "avx2" in text else platform.machine()
    return f"{os.cpu_count()}-core {isa} machine"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--models", type=pathlib.Path, help="keep the models made here")
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--make", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.make:
        return make(options.make)
    sys.path.insert(0, str(HERE))
    import models
    import onnxruntime

    folder = options.models or pathlib.Path(tempfile.mkdtemp(prefix="plumbline-bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "versions").exists():
        subprocess.run([sys.executable, __file__, "--make", folder], check=True)
    lines = ["| model | batch | threads | Keras | ONNX Runtime | Plumbline | traced | against the better | traced / untraced |",
             "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    print("\n".join(lines))
    generators = []
    for index, (name, (_, kind, large)) in enumerate(models.MODELS.items()):
        if options.only not in name:
            continue
        for batch in (1, large):
            for threads in [int(t) for t in options.threads.split(",")]:
                t = measure(folder, index, batch, threads, options.rounds)
                ratio = t["ours"] / min(t["keras"], t["onnx"])
                if kind == "generator":
                    generators.append(ratio)
                lines.append(f"| {name} | {batch} | {threads} | {duration(t['keras'])} | {duration(t['onnx'])} | "
                             f"{duration(t['ours'])} | {duration(t['traced'])} | {ratio:.2f}x | {t['traced'] / t['ours']:.2f}x |")
                print(lines[-1], flush=True)
    summary = f"Generators, geometric mean against the better of the two: {geometric(generators):.2f}x."
    versions = f"{(folder / 'versions').read_text()}, ONNX Runtime {onnxruntime.__version__}, on a {machine()}; medians of interleaved runs."
    print(f"\n{summary}\n{versions}")
    if options.write:
        options.write.write_text("\n".join(lines) + f"\n\n{summary}\n{versions}\n")


if __name__ == "__main__":
    main()
