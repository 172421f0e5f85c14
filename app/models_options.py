"""The words and options of `chorale models`, apart from `cli` for their number. Read next: `commands/models`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

_FEWEST_BYTES = 10_000


def add_models(parser: argparse.ArgumentParser) -> None:
    """Add the verbs to the parser of `models`."""
    verbs = parser.add_subparsers(
        dest="verb", required=True, metavar="list|download|verify|prepare|import|export|remove"
    )

    def verb(name: str, text: str) -> Any:
        added = verbs.add_parser(name, help=text, description=text, allow_abbrev=False)
        added.add_argument("--json", action="store_true", help="one JSON object a line on standard output")
        return added

    verb("list", "Every model found, and whether it is complete.")
    download = verb("download", "Download a model, or complete or repair it.")
    download.add_argument("id", metavar="ID", help="gpt-oss-20b or gpt-oss-120b")
    download.add_argument("--revision", metavar="REV", help="a branch, tag or commit; default: what is there")
    download.add_argument("--to", type=Path, metavar="DIR", help="another models folder")
    check = verb("verify", "Hash every file, and repair what is damaged.")
    check.add_argument("id", metavar="ID", help="a model's name or folder")
    for added in (download, check):
        added.add_argument(
            "--endpoint", metavar="URL", help="a mirror; default: HF_ENDPOINT, or the public hub"
        )
        added.add_argument("--limit", type=_limit, metavar="MB", help="megabytes a second at most")
    bring = verb("import", "Bring a model from a folder, an archive or a Hugging Face cache.")
    bring.add_argument(
        "path", type=Path, metavar="PATH", help="an exported folder or .zip, or published files"
    )
    bring.add_argument("--to", type=Path, metavar="DIR", help="another models folder")
    bring.add_argument("--manifest", metavar="SHA256", help="what the export told, to be compared")
    for added in (download, bring):
        added.add_argument(
            "--prepare", action="store_true", help="make it ready and test it then, as models prepare does"
        )
    ready = verb("prepare", "Make a model ready to load, and test that this PC computes it rightly.")
    ready.add_argument("id", metavar="ID", help="demo, a model's name or folder")
    export = verb("export", "Copy a model to a folder, or into an archive.")
    export.add_argument("id", metavar="ID", help="a model's name")
    export.add_argument("path", type=Path, metavar="PATH", help="a folder, or an archive that ends in .zip")
    remove = verb("remove", "Remove a model and what was derived from it.")
    remove.add_argument("id", metavar="ID", help="a model's name")


def _limit(text: str) -> int:
    try:
        value = int(float(text) * 1e6)
    except (ValueError, OverflowError):
        value = 0
    if value < _FEWEST_BYTES:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of megabytes a second, such as 2.5")
    return value
