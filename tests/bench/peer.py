"""Times one framework in one process, as run.py asks on standard input: see bench.cpp for the lines.

usage: peer.py keras|onnx MODEL THREADS INPUT.npy…   (MODEL: .keras, and for onnx the .onnx beside it)
"""
import sys
import time

import numpy as np


def keras_call(path, threads, inputs):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    import keras

    model = keras.saving.load_model(path)
    signature = [tf.TensorSpec(x.shape, tf.float32) for x in inputs]
    compiled = tf.function(lambda *x: model(x[0] if len(x) == 1 else list(x), training=False), input_signature=signature)
    return lambda: compiled(*[tf.constant(x) for x in inputs]).numpy()


def onnx_call(path, threads, inputs):
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    session = ort.InferenceSession(path.rsplit(".", 1)[0] + ".onnx", options, providers=["CPUExecutionProvider"])
    feeds = dict(zip([i.name for i in session.get_inputs()], inputs))
    return lambda: session.run(None, feeds)[0]


def main():
    kind, path, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    inputs = [np.load(f) for f in sys.argv[4:]]
    call = {"keras": keras_call, "onnx": onnx_call}[kind](path, threads, inputs)
    for line in sys.stdin:
        command, argument = line.split()
        if command == "predict":
            times = []
            for _ in range(int(argument)):
                start = time.perf_counter()
                call()
                times.append((time.perf_counter() - start) * 1e6)
            print(*times, flush=True)
        elif command == "output":
            np.save(argument, call())
            print("written", flush=True)
        else:
            print("error unknown command", command, flush=True)


if __name__ == "__main__":
    main()
