"""Sets up Windows Python under Wine for these tests: `python -m tests.windows.setup [--directml]`.

Steps, each done once and again only when what it depends on has changed:

    system     a Debian with Wine in a folder            `system`
    python     Windows Python                            `packages`
    packages   the locked packages, as on Windows        `packages`
    prefix     Wine's drive C:, and stand-ins            `prefix`

and with `--directml`

    wined3d    Wine's Direct3D, built to read DXIL       `directml`
    directml   what puts it into the prefix              `directml`

Everything lies in `place.CACHE`. It needs Debian, root, a network and what `dev.py setup` installs. A machine
that cannot do it gets one line, `not available: …`, and exit code 0; a failure is one line and exit code 1.
Read next: `run`.
"""

from __future__ import annotations

import argparse
import os
import sys

from tests.windows import directml, packages, place, prefix, system
from tests.windows.place import NotAvailableError, SetupError, do_step, say


def set_up(*, directml_too: bool = False) -> None:
    """Do what is not done yet.

    Raises:
        NotAvailableError: this machine cannot.
        SetupError: it failed.
    """
    place.check_available()
    packages.check_tools()
    with place.locked(shared=False):
        do_step("system", system.KEY, system.make_system)
        do_step("python", packages.PYTHON_KEY, packages.unpack_python)
        do_step("packages", packages.packages_key(), packages.install_packages)
        do_step("prefix", prefix.key(system.KEY), prefix.make_prefix)
        if directml_too:
            do_step("wined3d", directml.wined3d_key(), directml.make_wined3d)
            do_step("directml", directml.key(), directml.install)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.windows.setup", description="Set up Windows Python."
    )
    parser.add_argument("--directml", action="store_true", help="and DirectML on a software GPU")
    options = parser.parse_args(arguments)
    os.nice(10)
    try:
        set_up(directml_too=options.directml)
    except NotAvailableError as reason:
        say(f"not available: {reason}")
        return 0
    except SetupError as error:
        say(f"tests.windows.setup: {error}")
        return 1
    say(f"Windows Python is ready in {place.CACHE}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
