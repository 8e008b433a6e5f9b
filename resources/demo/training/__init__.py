"""The demo models: one module a model, each with `make(folder)` that trains it and writes its files."""
