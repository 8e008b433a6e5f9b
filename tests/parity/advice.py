"""Every advice that an error or a finding gives, carried out once: what is wrong is made with the real framework, the program is asked, what it says
is done, and what was done has to work.

A case is a function of the folder that gives: the arguments that meet the advice, the words of it, and a function that follows it and gives the
arguments that then work.
"""

import pickle
import shutil

import numpy as np

ADVICE = {}


def advice(make):
    ADVICE[make.__name__] = make
    return make


def small(k):
    return k.Sequential([k.Input((4,), name="x"), k.layers.Dense(3, activation="relu"), k.layers.Dense(2)])


def saved(folder, model=None, name="saved.keras"):
    import keras
    (model or small(keras)).save(folder / name)
    return folder / name


def data(folder, name="x.npy", shape=(5, 4)):
    np.save(folder / name, np.random.default_rng(3).normal(size=shape).astype("float32"))
    return folder / name


def trace(folder, source):
    return ["trace", saved(folder), "--input", source]


@advice
def weights_alone(folder):
    import keras
    model = small(keras)
    model.save_weights(folder / "w.weights.h5")

    def follow():
        (folder / "m.json").write_text(model.to_json())
        return ["trace", folder / "m.json", "--weights", folder / "w.weights.h5", "--input", data(folder)]
    return ["summary", folder / "w.weights.h5"], "Give the model's JSON (from model.to_json()) as the model and this file as its weights, with --weights", follow


@advice
def weights_alone_whole_model(folder):
    import keras
    model = small(keras)
    model.save_weights(folder / "w.weights.h5")
    return ["summary", folder / "w.weights.h5"], "or save the whole model with model.save()", lambda: ["trace", saved(folder, model), "--input", data(folder)]


@advice
def architecture_alone(folder):
    import keras
    model = small(keras)
    (folder / "m.json").write_text(model.to_json())

    def follow():
        model.save_weights(folder / "w.weights.h5")
        return ["trace", folder / "m.json", "--weights", folder / "w.weights.h5", "--input", data(folder)]
    return ["check", folder / "m.json", "--input", data(folder)], "give them with --weights FILE", follow


@advice
def saved_before_it_was_built(folder):
    import keras
    keras.Sequential([keras.layers.Dense(3)]).save(folder / "unbuilt.keras")
    return (["summary", folder / "unbuilt.keras"], "begin the model with keras.Input(shape) and save it again",
            lambda: ["trace", saved(folder, keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])), "--input", data(folder)])


def subclassed(folder, k):
    class Net(k.Model):
        def __init__(self):
            super().__init__()
            self.first, self.last = k.layers.Dense(3, activation="relu"), k.layers.Dense(2)

        def call(self, x, training=False):
            return self.last(self.first(x))

    model = Net()
    model(np.zeros((1, 4), "float32"))
    model.save(folder / "net.keras")

    def follow():
        x = k.Input((4,))
        k.Model(x, model.call(x)).save(folder / "model.keras")
        return ["trace", folder / "model.keras", "--input", data(folder)]
    return ["summary", folder / "net.keras"], "x = keras.Input(shape); keras.Model(x, model.call(x)).save('model.keras')", follow


@advice
def subclassed_of_keras_3(folder):
    import keras
    return subclassed(folder, keras)


@advice
def subclassed_of_tf_keras(folder):
    import tf_keras
    return subclassed(folder, tf_keras)


@advice
def saved_model_of_keras_2(folder):
    import tf_keras
    small(tf_keras).save(folder / "FOLDER", save_format="tf")

    def follow():
        tf_keras.models.load_model(folder / "FOLDER").save(folder / "model.keras")
        return ["trace", folder / "model.keras", "--input", data(folder)]
    return ["summary", folder / "FOLDER"], "tf_keras.models.load_model('FOLDER').save('model.keras')", follow


@advice
def exported_saved_model(folder):
    import keras
    model = small(keras)
    model.export(folder / "exported", verbose=False)
    return ["summary", folder / "exported"], "give that model's own file: .keras or .h5", lambda: ["trace", saved(folder, model), "--input", data(folder)]


@advice
def onnx_model(folder):
    import keras
    import onnx
    from onnx import TensorProto, helper
    value = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 4]) for n in "xy"]
    onnx.save(helper.make_model(helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "g", value[:1], value[1:])), folder / "m.onnx")
    return ["summary", folder / "m.onnx"], "is an ONNX model, which Plumbline does not open yet. If it was made from a Keras model, give that model's own file", \
        lambda: ["trace", saved(folder, small(keras)), "--input", data(folder)]


@advice
def a_lambda(folder):
    import keras
    model = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda x: x * 2), keras.layers.Dense(2)])
    plain = keras.Sequential([keras.Input((4,)), keras.layers.Rescaling(2.0), model.layers[-1]])
    return (["trace", saved(folder, model, "lambda.keras"), "--input", data(folder)], "Put built-in layers that do the same in its place, and save the model again",
            lambda: ["trace", saved(folder, plain), "--input", data(folder)])


@advice
def a_custom_layer(folder):
    import keras

    class Twice(keras.layers.Layer):
        def call(self, x):
            return x * 2

    model = keras.Sequential([keras.Input((4,)), Twice(), keras.layers.Dense(2)])
    plain = keras.Sequential([keras.Input((4,)), keras.layers.Rescaling(2.0), model.layers[-1]])
    return (["trace", saved(folder, model, "custom.keras"), "--input", data(folder)], "Put built-in layers that do the same in its place, and save the model again",
            lambda: ["trace", saved(folder, plain), "--input", data(folder)])


@advice
def a_save_that_broke_off(folder):
    import tf_keras

    class Two(tf_keras.layers.Layer):
        def __init__(self, **options):
            super().__init__(**options)
            self.a, self.b = tf_keras.layers.Dense(4), tf_keras.layers.Dense(4)

        def build(self, shape):
            self.a.build(shape)
            self.b.build(shape)
            self.built = True

        def call(self, x):
            return x

    model = tf_keras.Sequential([tf_keras.Input((4,)), Two(name="two"), tf_keras.layers.Dense(2, name="zz")])
    try:
        model.save(folder / "broken.h5")
    except ValueError:
        pass
    return ["summary", folder / "broken.h5"], "Save the model as .keras instead: model.save('model.keras')", lambda: ["summary", saved(folder, model)]


@advice
def pickled_weights(folder):
    import keras
    import keras.src.saving.saving_lib as lib
    model = small(keras)
    with open(folder / "npz.keras", "wb") as file:
        lib._save_model_to_fileobj(model, file, "npz")
    return ["summary", folder / "npz.keras"], "model.save('model.keras') writes model.weights.h5", lambda: ["trace", saved(folder, model), "--input", data(folder)]


@advice
def a_pickle_as_model(folder):
    import keras
    model = small(keras)
    (folder / "m.pkl").write_bytes(pickle.dumps(model.get_weights()))
    return ["summary", folder / "m.pkl"], "Save the model as .keras", lambda: ["trace", saved(folder, model), "--input", data(folder)]


@advice
def an_array_as_model(folder):
    return ["summary", data(folder)], "is a NumPy array, not a model: give it with --train or --input", lambda: ["check", saved(folder), "--train", data(folder), "--input", data(folder)]


@advice
def arrays_as_model(folder):
    np.savez(folder / "x.npz", x=np.ones((5, 4), "float32"))
    return ["summary", folder / "x.npz"], "not a model: give it with --train or --input", lambda: ["trace", saved(folder), "--input", folder / "x.npz"]


def hdf5(folder, fill, name="x.h5"):
    import h5py
    with h5py.File(folder / name, "w") as file:
        fill(file)
    return folder / name


@advice
def data_in_hdf5_as_model(folder):
    path = hdf5(folder, lambda f: f.create_dataset("set/x", data=np.ones((5, 4), "float32")))
    return ["summary", path], "give it with --train or --input and the path of a dataset", lambda: trace(folder, f"{path}:/set/x")


@advice
def several_datasets(folder):
    path = hdf5(folder, lambda f: [f.create_dataset(n, data=np.ones((5, 4), "float32")) for n in "ab"])
    return trace(folder, path), f"Name one, as in {path}:/a", lambda: trace(folder, f"{path}:/a")


@advice
def several_arrays(folder):
    np.savez(folder / "two.npz", a=np.ones((5, 4), "float32"), b=np.ones((5, 4), "float32"))
    return trace(folder, folder / "two.npz"), f"Name one, as in {folder / 'two.npz'}:a", lambda: trace(folder, f"{folder / 'two.npz'}:a")


@advice
def linked_data(folder):
    import h5py
    hdf5(folder, lambda f: f.create_dataset("x", data=np.ones((5, 4), "float32")), "other.h5")
    path = hdf5(folder, lambda f: f.__setitem__("x", h5py.ExternalLink("other.h5", "x")))

    def follow():
        with h5py.File(path) as source:
            return trace(folder, hdf5(folder, lambda f: source.copy("x", f, expand_external=True), "whole.h5"))
    return trace(folder, f"{path}:x"), "Save the file with the data in it", follow


@advice
def data_beside_the_file(folder):
    path = hdf5(folder, lambda f: f.create_dataset("x", (5, 4), "float32", external=[(str(folder / "raw.bin"), 0, 80)]))
    return (trace(folder, f"{path}:x"), "keeps its elements in other files. They are not opened; save the",
            lambda: trace(folder, hdf5(folder, lambda f: f.create_dataset("x", data=np.ones((5, 4), "float32")), "whole.h5")))


@advice
def packed_data(folder):
    # A filter that is not installed cannot be written here either: what can be tried is that both ways out are read.
    def write(name, **options):
        return f"{hdf5(folder, lambda f: f.create_dataset('x', data=np.ones((5, 4), 'float32'), **options), name)}:x"
    return None, None, lambda: ["check", saved(folder), "--train", write("plain.h5"), "--input", write("gzip.h5", compression="gzip")]


@advice
def a_structured_array(folder):
    from numpy.lib.recfunctions import structured_to_unstructured
    rows = np.ones(5, [(n, "f4") for n in "abcd"])
    np.save(folder / "s.npy", rows)

    def follow():
        np.save(folder / "plain.npy", structured_to_unstructured(rows))
        return trace(folder, folder / "plain.npy")
    return trace(folder, folder / "s.npy"), "save its fields as one plain array of numbers", follow


@advice
def an_array_of_objects(folder):
    x = np.array([[1.0, 2, 3, 4]] * 5, object)
    np.save(folder / "o.npy", x)

    def follow():
        np.save(folder / "plain.npy", x.astype("float32"))
        return trace(folder, folder / "plain.npy")
    return trace(folder, folder / "o.npy"), "Save a plain array of numbers, such as x.astype('float32')", follow


@advice
def a_pickle_as_data(folder):
    (folder / "x.pkl").write_bytes(pickle.dumps(np.ones((5, 4), "float32")))

    def follow():
        np.save(folder / "x.npy", pickle.loads((folder / "x.pkl").read_bytes()))
        return trace(folder, folder / "x.npy")
    return trace(folder, folder / "x.pkl"), "Save the array with numpy.save", follow


@advice
def a_table_in_utf_16(folder):
    text = "a,b,c,d\n1,2,3,4\n5,6,7,8\n"
    (folder / "x.csv").write_text(text, "utf-16")

    def follow():
        (folder / "y.csv").write_text(text, "utf-8")
        return trace(folder, folder / "y.csv")
    return trace(folder, folder / "x.csv"), "save it as UTF-8", follow


@advice
def an_archive_as_data(folder):
    model = saved(folder)
    return ["trace", model, "--input", model], "A saved model is opened as the model, not as an array", lambda: ["summary", model]


@advice
def too_little_memory(folder):
    return trace(folder, data(folder)) + ["--memory", "1000"], "", lambda: trace(folder, data(folder)) + ["--memory", "1G"]


@advice
def two_results_on_one_output(folder):
    check = ["check", saved(folder), "--train", data(folder), "--input", data(folder)]
    return check + ["--emit-code", "--json", "-"], "give --json a file", lambda: check + ["--emit-code", "--json", folder / "r.json"]


def carried_out(run, folder, only=""):
    """(name, what is wrong) of each; `run(arguments)` gives status and all that was said."""
    for name, make in ADVICE.items():
        if only not in name:
            continue
        place = folder / name
        place.mkdir()
        wrong = []
        before, words, follow = make(place)
        if before:
            status, said = run(before)
            if status == 0 and before[0] != "summary":
                wrong.append("met no error")
            if words not in said:
                wrong.append(f"does not say \"{words}\": {said.strip()[:300]}")
        status, said = run(follow())
        if status != 0 or "broke off" in said:
            wrong.append(f"followed, it ends with {status}: {said.strip()[:300]}")
        shutil.rmtree(place)
        yield name, wrong
