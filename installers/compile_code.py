"""Compiles Python files for an app without sources: `python3.12 compile_code.py < orders.json`.

It runs in the Python version that ships (bytecode belongs to one), so it uses the standard library only. An order
is [source, target, name]: `name` is what tracebacks call the file. The same files give the same bytes: the order
is given, sets do not shuffle (PYTHONHASHSEED is 0), and no time is written.
"""

import json
import py_compile
import sys


def main() -> int:
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    for source, target, name in json.load(sys.stdin):
        try:
            py_compile.compile(source, target, name, doraise=True, invalidation_mode=mode)
        except py_compile.PyCompileError as error:
            sys.stderr.write(f"{error.msg}\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
