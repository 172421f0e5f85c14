"""One module a command; each has `run(options, house)`, which returns the exit code or raises `AppError`.

`app/cli.py` imports only the one it needs. Read next: `answering` (shared by ask and chat), `ask`.
"""
