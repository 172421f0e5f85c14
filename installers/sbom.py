"""The software bill of materials: CycloneDX 1.6 as JSON, made from the lock, the packages and the files themselves.

It holds no time but the one given and no random number, so two builds give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

NAMESPACE = uuid.UUID("5d3a4a2e-0c0c-5f58-9e64-0d8a7e6c8b11")


@dataclass(frozen=True, slots=True)
class Component:
    """Something inside that has a name and a version.

    Attributes:
        purl: package URL, by which scanners know it.
        sha256: of the files it may have come from; of one file if there is only one.
        needs: names of other components.
    """

    name: str
    version: str
    licence: str
    purl: str
    sha256: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def document(
    version: str,
    components: list[Component],
    files: Mapping[str, str],
    direct: list[str],
    epoch: int,
    tools: Mapping[str, str],
) -> str:
    """The document as text.

    Args:
        files: relative path -> SHA-256, of every file that is a program or library.
        direct: names of the components that Chorale itself asks for.
        epoch: the time it says it was made, in seconds.
        tools: name -> version of what it was built with.
    """
    references = {component.name: component.purl for component in components}
    root = f"pkg:generic/chorale@{version}"
    body: dict[str, Any] = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tools": {
                "components": [
                    {"type": "application", "name": n, "version": v} for n, v in sorted(tools.items())
                ]
            },
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": "Chorale",
                "version": version,
                "purl": root,
                "licenses": [{"expression": "Apache-2.0"}],
            },
        },
        "components": [_component(component) for component in components]
        + [_file(*item) for item in sorted(files.items())],
        "dependencies": [
            {"ref": root, "dependsOn": sorted(references[name] for name in direct)},
            *(
                {"ref": c.purl, "dependsOn": sorted(references[n] for n in c.needs if n in references)}
                for c in components
            ),
        ],
    }
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    body["serialNumber"] = f"urn:uuid:{uuid.uuid5(NAMESPACE, digest)}"
    return json.dumps(body, indent=1, ensure_ascii=False) + "\n"


def _component(component: Component) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": component.purl,
        "name": component.name,
        "version": component.version,
        "purl": component.purl,
        "licenses": [{"license": {"name": component.licence}}],
    }
    if len(component.sha256) == 1:
        made["hashes"] = [{"alg": "SHA-256", "content": component.sha256[0]}]
    elif component.sha256:  # one of them, by the system it was built for
        made["properties"] = [{"name": "chorale:locked-sha256", "value": value} for value in component.sha256]
    return made


def _file(path: str, sha256: str) -> dict[str, Any]:
    return {
        "type": "file",
        "bom-ref": f"file:{path}",
        "name": path,
        "hashes": [{"alg": "SHA-256", "content": sha256}],
    }


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
