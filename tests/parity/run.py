#!/usr/bin/env python3
"""Live parity: builds models with the Keras of requirements.txt, runs them there and by `plumbline trace`, and compares every layer and every output.

usage: run.py [--only TEXT] [--formats keras,h5] [--frameworks keras,tf-keras] [--backend onednn|reference] [--real FOLDER] [--advice]

A layer's error is its largest absolute difference by its largest magnitude. Allowed are 1e-5, or ten times what Keras's own float32 differs from its
float64 in that layer, where that is more. --real compares saved models of other people with the answers that lie beside them (input.NAME.npy,
activations.npz, tolerance). --advice follows each advice of the program's errors with the real framework (advice.py).
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build" / "release" / "plumbline"
TOLERANCE = 1e-5


def trace(model, inputs, options, folder):
    """Activations by layer, the outputs' names in order, and outputs by name; or a text that says why there are none."""
    target, ends = folder / "activations.npz", folder / "outputs.npz"
    target.unlink(missing_ok=True)
    command = [str(PROGRAM), "trace", *model, "--activations", str(target), "--outputs", str(ends), "--json", "-", "--threads", "2", *options]
    for name, value in inputs.items():
        path = value
        if isinstance(value, np.ndarray):
            path = folder / f"input-{len(command)}.npy"
            np.save(path, value)
        command += ["--input", f"{name}={path}"]
    process = subprocess.run(command, capture_output=True, text=True, timeout=300)
    if process.returncode != 0 or not target.exists():
        try:
            document = json.loads(process.stdout)
            reason = (document.get("error") or {}).get("message") or "; ".join(f["message"] for f in document.get("findings", []))
        except ValueError:
            reason = process.stderr.strip()
        return f"exit {process.returncode}: {reason[:300]}"
    names = [output["name"] for output in json.loads(process.stdout)["model"]["outputs"]]
    with np.load(target) as layers, np.load(ends) as outputs:
        return {name: layers[name] for name in layers.files}, names, {name: outputs[name] for name in outputs.files}


def error(found, wanted):
    if found.shape != wanted.shape:
        return f"shape {found.shape}, Keras {wanted.shape}"
    found, wanted = found.astype(np.float64), wanted.astype(np.float64)
    if not np.array_equal(np.isfinite(found), np.isfinite(wanted)):
        return "not finite in other places"
    finite = np.isfinite(wanted)
    if not finite.any():
        return 0.0
    return float(np.abs(found - wanted)[finite].max() / max(np.abs(wanted[finite]).max(), 1e-30))


def compare(found, wanted, allowed):
    """(worst error, its layer, what is wrong) over all layers; `allowed(layer)` is asked where 1e-5 is not met."""
    worst, place, wrong = 0.0, "", []
    for name, values in wanted.items():
        if name not in found:
            wrong.append(f"{name}: no such layer in the trace")
            continue
        e = error(found[name], values)
        if isinstance(e, str):
            wrong.append(f"{name}: {e}")
        else:
            if e > worst:
                worst, place = e, name
            if e > TOLERANCE and e > (limit := allowed(name)):
                wrong.append(f"{name}: {e:.2g}, allowed {limit:.2g}")
    return worst, place, wrong


def subjects(options):
    """(name, framework, function that builds the model, text of its refusal)"""
    import keras

    import generators  # noqa: F401  (adds its models)
    import masked  # noqa: F401
    import outputs  # noqa: F401  (likewise)
    from models import MODELS
    from odd import ODD, REFUSED

    frameworks = [("", keras)]
    if "tf-keras" in options.frameworks.split(","):
        import tf_keras
        frameworks.append(("tf-", tf_keras))
    for name, build in MODELS.items():
        yield name, keras, build, None
    for prefix, framework in frameworks:
        for name, build in ODD.items():
            yield prefix + name, framework, lambda b=build, f=framework: b(f), REFUSED.get(name)


def set_policy(framework, name):
    (framework.config.set_dtype_policy if framework.__version__.startswith("3") else framework.mixed_precision.set_global_policy)(name)


def live(options, folder):
    from masked import INPUTS
    from outputs import problems
    from reference import activations, draw, randomise

    for name, framework, build, refusal in subjects(options):
        if options.only not in name:
            continue
        framework.backend.clear_session()
        model = build()
        randomise(model)
        inputs = INPUTS[name.removeprefix("tf-")]() if name.removeprefix("tf-") in INPUTS else draw(model, 3)
        wanted, ends = (None, None) if refusal else activations(framework, model, list(inputs.values()))

        def allowed(layer, cache={}):
            """Ten times the float32 error of Keras itself, by the same model in float64."""
            if name not in cache:
                framework.backend.clear_session()
                set_policy(framework, "float64")
                try:
                    exact = build()
                    exact.set_weights(model.get_weights())
                    ordered = [x.astype(np.float64) if x.dtype == np.float32 else x for x in inputs.values()]
                    # A second build numbers its layers as the first did: the session was cleared before each.
                    cache[name] = activations(framework, exact, ordered)[0]
                finally:
                    set_policy(framework, "float32")
            own = error(wanted[layer], cache[name][layer]) if layer in cache[name] else 0.0
            return max(TOLERANCE, 10 * own if isinstance(own, float) else 0.0)

        for suffix in options.formats.split(","):
            path = folder / f"{name}.{suffix}"
            model.save(path)
            found = trace([str(path)], inputs, options.extra, folder)
            if refusal:
                said = isinstance(found, str) and refusal in found
                yield f"{name}.{suffix}", float("nan"), "", [] if said else [f"no refusal that names {refusal}: {found if isinstance(found, str) else 'it ran'}"]
            elif isinstance(found, str):
                yield f"{name}.{suffix}", float("nan"), "", [found]
            else:
                layers, names, outputs = found
                worst, place, wrong = compare(layers, wanted, allowed)
                wrong += problems(names, outputs, layers, ends, error, lambda layer: allowed(layer) if layer in wanted else TOLERANCE)
                yield f"{name}.{suffix}", worst, place, wrong


def real(options, folder):
    for case in sorted(p for p in options.real.iterdir() if (p / "activations.npz").exists()):
        inputs = {p.name[len("input."):-len(".npy")]: p for p in sorted(case.glob("input.*.npy"))}
        architecture = [p for p in case.glob("*.json")]
        files = [p for p in case.iterdir() if p.suffix in (".keras", ".h5", ".hdf5")]
        model = [str(architecture[0]), "--weights", str(files[0])] if architecture else [str(files[0])]
        found = trace(model, inputs, options.extra, folder)
        if isinstance(found, str):
            yield case.name, float("nan"), "", [found]
            continue
        with np.load(case / "activations.npz") as archive:
            wanted = {name: archive[name] for name in archive.files}
        yield case.name, *compare(found[0], wanted, lambda _: options.tolerance)


def followed(options, folder):
    from advice import carried_out

    def run(arguments):
        process = subprocess.run([str(PROGRAM), *map(str, arguments)], capture_output=True, text=True, timeout=300)
        return process.returncode, process.stdout + process.stderr

    for name, wrong in carried_out(run, folder, options.only):
        yield name, float("nan"), "", wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only models whose name contains this")
    parser.add_argument("--formats", default="keras,h5")
    parser.add_argument("--frameworks", default="keras,tf-keras", help="tf-keras builds the models of odd.py alone")
    parser.add_argument("--backend", choices=["onednn", "reference"])
    parser.add_argument("--real", type=pathlib.Path, metavar="FOLDER")
    parser.add_argument("--advice", action="store_true", help="carry out what the errors advise")
    parser.add_argument("--tolerance", type=float, default=5e-5, help="of --real, where Keras's own error is not measured anew")
    options = parser.parse_args()
    options.extra = ["--backend", options.backend] if options.backend else []
    if not PROGRAM.exists():
        sys.exit("run.py: build/release/plumbline is not built: ./dev build")

    failed = count = 0
    with tempfile.TemporaryDirectory(prefix="plumbline-parity-") as folder:
        print("| model | worst error | in layer | |\n| --- | ---: | --- | --- |")
        for name, worst, place, wrong in (followed if options.advice else real if options.real else live)(options, pathlib.Path(folder)):
            count += 1
            failed += bool(wrong)
            print(f"| {name} | {worst:.1e} | {place} | {'; '.join(wrong[:3])[:400] if wrong else 'ok'} |", flush=True)
    print(f"\n{count - failed} of {count} advices lead where they say." if options.advice else
          f"\n{count - failed} of {count} models agree with {'the answers beside them' if options.real else 'Keras'} in every layer.")
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
