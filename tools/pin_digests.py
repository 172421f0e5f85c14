"""Fills models/digests.json: which commit of each published model Chorale downloads, and what its files must be.

    python -m tools.pin_digests [gpt-oss-20b …] [--revision main] [--endpoint URL]

For a maintainer with a network, before a release: asks the hub for the listing with sizes and hashes, shows it,
and writes it. Nothing is downloaded. Files without a SHA-256 in the listing (small ones, which git keeps itself)
are not pinned; the hub's git ids are checked for those.
"""

from __future__ import annotations

import argparse
import json
import sys

import app
from models.catalog import DIGESTS, catalog, is_wanted
from models.errors import AppError
from models.patience import Interrupted
from models.transport import HubTransport


def main() -> int:
    published = {model.id: model for model in catalog() if model.repository}
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="*", choices=[*published, []], default=list(published))
    parser.add_argument("--revision", default="main")
    parser.add_argument("--endpoint")
    options = parser.parse_args()
    known = json.loads(DIGESTS.read_text("utf-8"))
    hub = HubTransport(options.endpoint, version=app.__version__)
    for name in options.models:
        try:
            commit, files = hub.look_up(published[name].repository, options.revision)
        except (AppError, Interrupted) as error:
            sys.stderr.write(f"{error}\n")
            return 1
        digests = {
            file.name: {"size": file.size, "sha256": file.sha256}
            for file in files
            if file.sha256 is not None and is_wanted(file.name)
        }
        known[name] = {"revision": commit, "files": digests}
        sys.stdout.write(json.dumps({name: known[name]}, indent=1) + "\n")
    DIGESTS.write_text(json.dumps(known, indent=1) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
