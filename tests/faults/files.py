"""Faults of files: weights with NaN, weights missing, files cut short or no models at all, headers that promise too much."""

import io
import shutil
import zipfile

import h5py
import numpy as np

from case import WORK, Case


def rewritten(source, target, change):
    """A copy of a .keras archive whose weights `change(h5py.File)` has altered."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for item in old.namelist():
            data = old.read(item)
            if item == "model.weights.h5":
                buffer = io.BytesIO(data)
                with h5py.File(buffer, "r+") as weights:
                    change(weights)
                data = buffer.getvalue()
            new.writestr(item, data)
    return target


def variables(model):
    """(path, layer's name, shape) of every variable in the archive."""
    result = []
    with zipfile.ZipFile(model) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5")), "r") as weights:
        def visit(path, thing):
            if isinstance(thing, h5py.Dataset) and thing.size and "optimizer" not in path:
                group = thing.parent
                layer = group.attrs.get("name")
                result.append((path, layer, thing.shape))
        weights.visititems(visit)
    return result


# A recurrent layer's variables lie under its cell, whose name is not the layer's.
CELLS = {"gru_cell": "remember", "lstm_cell": "unroll"}


def weights(subjects):
    rng = np.random.default_rng(11)
    for s in subjects.values():
        for i, (path, layer, shape) in enumerate(variables(s.model)):
            element = tuple(int(rng.integers(n)) for n in shape)

            def plant(weights, path=path, element=element):
                weights[path][element] = np.nan

            target = rewritten(s.model, WORK / "models" / f"{s.name}-nan-{i}.keras", plant)
            where = {"kind": "weight", "element": list(element)}
            layer = CELLS.get(layer, layer)
            if layer in ("dense",) and s.name == "series":
                layer = None  # TimeDistributed: the inner layer's name or the outer's
            if layer:
                where["name"] = layer
            yield Case("NaN in a weight", f"{s.name} {path}", target, s.training, s.inputs(s.good), ("nan-in-weights",), where=where)

        def lose(weights):
            path = variables(s.model)[0][0]
            del weights[path]

        target = rewritten(s.model, WORK / "models" / f"{s.name}-lost.keras", lose)
        yield Case("weights missing", f"{s.name} first variable", target, s.training, s.inputs(s.good), ("weights-missing",))


def broken(subjects):
    folder = WORK / "files"
    folder.mkdir(parents=True, exist_ok=True)
    s = subjects["first"]
    data = s.model.read_bytes()
    for name, content in (
        ("cut-half.keras", data[: len(data) // 2]),
        ("cut-last.keras", data[:-20]),
        ("empty.keras", b""),
        ("text.keras", b"this is no model\n" * 50),
        ("zeros.keras", bytes(4096)),
        ("lfs.keras", b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
        ("magic-only.h5", b"\x89HDF\r\n\x1a\n" + bytes(100)),
    ):
        (folder / name).write_bytes(content)
        yield Case("no model", name, folder / name, s.training, {"z": s.good}, ("file",), status=3)
    yield Case("no model", "not there", folder / "nothing.keras", s.training, {"z": s.good}, ("file",), status=3)
    for seed in range(12):
        rng = np.random.default_rng(seed)
        torn = bytearray(data)
        for at in rng.integers(0, len(data), 40):
            torn[at] = rng.integers(256)
        path = folder / f"torn-{seed}.keras"
        path.write_bytes(torn)
        # Forty bytes changed: a reader's error, a weight that is off, or nothing that matters; never a crash, never silence.
        yield Case("torn model", str(seed), path, s.training, {"z": s.good}, ("anything",))

    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (1000000000000000, 10), }"
    header += b" " * (118 - len(header) - 1) + b"\n"
    arrays = {
        "promise.npy": b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(400),
        "cut.npy": (s.model.parent / "train.npy").read_bytes()[:900],
        "no.npy": b"no array at all",
        "no.npz": b"PK\x03\x04 no archive",
        "no.csv": b"\x00\x01\x02\x03",
        "no.png": b"\x89PNG\r\n\x1a\n" + bytes(20),
    }
    pickled = io.BytesIO()
    np.save(pickled, np.array([{"a": 1}, None], dtype=object), allow_pickle=True)
    arrays["object.npy"] = pickled.getvalue()
    for name, content in arrays.items():
        (folder / name).write_bytes(content)
        yield Case("no array", name, s.model, s.training, {"z": folder / name}, ("file",), status=3)
        if name != "no.csv":
            yield Case("no array", name + " as reference", s.model, [f"z={folder / name}"], {"z": s.good}, ("file",), status=3)
    shutil.copy(s.model.parent / "train.npy", folder / "space =:@ name.npy")
    yield Case("clean: odd names of files", "space", s.model, [f"z={folder}/space =:@ name.npy"], {"z": s.good}, ())


def limits(subjects):
    s = subjects["dcgan"]
    path = WORK / "inputs" / "huge.npy"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        with open(path, "wb") as file:
            np.lib.format.write_array_header_1_0(file, {"descr": "<f4", "fortran_order": False, "shape": (400_000, 100)})
            file.truncate(file.tell() + 400_000 * 400)  # zeros that take no room on the disk
    yield Case("memory", "1 GB limit, huge batch", s.model, [], {"z": path}, ("memory",), status=1, options=("--memory", "1G"))
    yield Case("timeout", "0.02 s", s.model, [], {"z": path}, ("timeout",), status=4, options=("--timeout", "0.02"))


def cases(subjects):
    for make in (weights, broken, limits):
        yield from make(subjects)
