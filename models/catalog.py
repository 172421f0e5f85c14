"""The models that Chorale knows: where they are published, what of it is needed, and what they ask of a PC.

Numbers here are for choosing before anything is asked of a server. The sizes and hashes of a download come
from the hub, for one commit of the repository, and are pinned in that model's `installation.json` (`store`).
Where `digests.json`, which ships with Chorale, names the model, its commit is the one that is downloaded and
its hashes are checked as well; `python -m tools.pin_digests`, run by a maintainer with a network, fills it.

Read next: `manifest`, `store`, then `download`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from models.config import ModelConfig

DEMO = "demo"
DIGESTS = Path(__file__).with_name("digests.json")
HUB = "https://huggingface.co"
# What a firewall must let through for the hub: its interface, and where it sends downloads on to, which
# depends on the country.
HUB_HOSTS = ("huggingface.co", "*.hf.co", "*.aws.cdn.hf.co", "*.xethub.hf.co")

# Besides model*.safetensors. The folders original/ and metal/ hold the same weights twice more.
REQUIRED = ("config.json", "tokenizer.json")
WANTED = (
    *REQUIRED,
    "generation_config.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "model.safetensors.index.json",
    "LICENSE",
    "USAGE_POLICY",
    "README.md",
    "questions.json",  # the demo's
)


@dataclass(frozen=True, slots=True)
class CatalogModel:
    """A published model.

    Attributes:
        id: its name in Chorale, and of its folder.
        title: its name for people.
        repository: on the hub; empty for the demo, which comes with Chorale.
        revision: commit to download if one is pinned, else the branch whose newest commit is pinned when the
            download starts.
        licence: SPDX identifier.
        layers, experts: what tells its config.json from that of the others.
        download_bytes: about; within 1 %.
        derived_bytes: what is made from it and kept beside it (the 8-bit matrices).
        token_bytes: what is read from memory for one token of an answer.
        comfortable_bytes: memory with which all of it stays there, besides the system's own.
        least_bytes: memory below which each token waits for the disk.
    """

    id: str
    title: str
    repository: str
    revision: str
    licence: str
    layers: int
    experts: int
    download_bytes: int
    derived_bytes: int
    token_bytes: int
    comfortable_bytes: int
    least_bytes: int


@dataclass(frozen=True, slots=True)
class Digest:
    """What one published file must be: bytes, and SHA-256 in hexadecimal."""

    size: int
    sha256: str


def catalog() -> tuple[CatalogModel, ...]:
    """Every model, smallest first."""
    return (
        CatalogModel(
            id=DEMO,
            title="Chorale demo",
            repository="",
            revision="",
            licence="Apache-2.0",
            layers=0,
            experts=0,
            download_bytes=0,
            derived_bytes=5_000_000,
            token_bytes=10_000_000,
            comfortable_bytes=100_000_000,
            least_bytes=100_000_000,
        ),
        _published("gpt-oss-20b", layers=24, experts=32, download=13.76e9, derived=1.292e9, token=2.563e9),
        _published("gpt-oss-120b", layers=36, experts=128, download=65.25e9, derived=1.631e9, token=3.537e9),
    )


def _published(
    name: str, *, layers: int, experts: int, download: float, derived: float, token: float
) -> CatalogModel:
    # At run time the embedding (1.16 GB of bf16, of which a token reads one row) and the bf16 matrices that
    # the derived file replaces stay on the disk.
    resident = download - 1.16e9 - derived * 32 / 17 + derived
    return CatalogModel(
        id=name,
        title=name,
        repository=f"openai/{name}",
        revision=_pinned(name)[0] or "main",
        licence="Apache-2.0",
        layers=layers,
        experts=experts,
        download_bytes=round(download),
        derived_bytes=round(derived),
        token_bytes=round(token),
        comfortable_bytes=round(resident + 1e9),
        least_bytes=round(0.7 * resident),
    )


def find(name: str) -> CatalogModel | None:
    """The model called `name`; None if the catalog does not have it."""
    return next((model for model in catalog() if model.id == name), None)


def identify(config: ModelConfig) -> CatalogModel | None:
    """The published model that a config.json describes; None if it is another one."""
    for model in catalog():
        if (config.layers, config.experts, config.hidden) == (model.layers, model.experts, 2880):
            return model
    return None


def is_wanted(name: str) -> bool:
    """Whether a file of the repository is one that Chorale takes."""
    return name in WANTED or ("/" not in name and name.startswith("model") and name.endswith(".safetensors"))


def pinned_digests(name: str) -> tuple[str, dict[str, Digest]]:
    """What ships with Chorale for the model `name`: (commit, file → digest); ("", {}) if nothing does."""
    return _pinned(name)


def _pinned(name: str) -> tuple[str, dict[str, Digest]]:
    known = json.loads(DIGESTS.read_text("utf-8")).get(name)
    if known is None:
        return "", {}
    files = {file: Digest(entry["size"], entry["sha256"]) for file, entry in known["files"].items()}
    return known["revision"], files
