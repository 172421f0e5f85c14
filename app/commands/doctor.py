"""`chorale doctor`: what whoever helps asks for first. Nothing of the user's is in it but folder names."""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

import app
from app import device_report
from app.commands.models import describe
from app.house import House
from app.policy import Policy
from models.catalog import HUB, HUB_HOSTS
from models.errors import AppError, InputError
from models.transport import check_endpoint, has_proxy
from runtime import kernels
from runtime.devices import cpu_features, cpu_name, list_devices
from runtime.devices.directml_version import directml_version

_PACKAGES = {"numpy": "numpy", "qt": "PySide6_Essentials", "tokenizers": "tokenizers", "onnx": "onnx"}


def run(options: argparse.Namespace, house: House) -> int:
    """Print the report; it never fails because something it looks at is broken."""
    report = examine(house)
    if options.json:
        house.terminal.json(report)
    else:
        for line in _lines(report):
            house.terminal.line(line)
    return 0


def examine(house: House) -> dict[str, Any]:
    """The report, for `--json`. Sizes are in bytes."""
    memory = psutil.virtual_memory()
    return {
        "versions": _versions(),
        "system": platform.platform(),
        "machine": platform.machine(),
        "cpu": {
            "name": cpu_name(),
            "cores": psutil.cpu_count(logical=False),
            "threads": os.cpu_count(),
            "features": list(cpu_features()),
        },
        "kernels": _kernels(),
        "memory": {"total": memory.total, "available": memory.available},
        "devices": [device_report.about(device, house) for device in list_devices()],
        "folders": {name: _folder(folder) for name, folder in _folders(house).items()},
        "settings": {"file": str(house.paths.settings_file), "problems": list(house.settings.problems)},
        "models": _models(house),
        "network": _network(house),
        "telemetry": _telemetry(),
        "logs": "on" if house.settings.keep_logs else "off",
        "policy": _policy(house.policy),
    }


def _versions() -> dict[str, str]:
    versions = {"chorale": app.__version__, "python": platform.python_version()}
    try:
        from runtime.session import runtime_versions

        versions.update(runtime_versions())
        if directml := directml_version():
            versions["directml"] = directml
    except (ImportError, OSError) as error:  # a missing or broken native library
        versions["onnxruntime"] = f"cannot be imported ({type(error).__name__})"
    for name, package in _PACKAGES.items():
        try:
            versions[name] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = "not installed"
    return versions


def _kernels() -> dict[str, Any]:
    try:
        return {"in_use": kernels.in_use(), "supported": list(kernels.supported()), "problem": None}
    except AppError as error:
        return {"in_use": None, "supported": [], "problem": error.user_text}


def _models(house: House) -> list[dict[str, Any]]:
    try:
        return [describe(install) for install in house.installs.found()]
    except AppError as error:  # the models folder itself cannot be read
        folder = str(house.installs.models_folder)
        return [{"name": "(all)", "folder": folder, "usable": False, "why_not": error.user_text}]


def _network(house: House) -> dict[str, Any]:
    """What is asked of the network, and what a firewall must let through for a download; asks nothing."""
    endpoint = house.settings.hub_endpoint or os.environ.get("HF_ENDPOINT") or HUB
    try:
        host = urlsplit(check_endpoint(endpoint)).hostname
    except InputError as error:
        host = error.user_text
    return {
        "state": "Chorale opens no connection but for a download of a model that somebody starts.",
        "hosts": list(HUB_HOSTS) if host == urlsplit(HUB).hostname else [host],
        "proxy": _proxy(house.policy),
        "offline": os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"),
    }


def _proxy(policy: Policy) -> str:
    if policy.proxy is not None:
        return f"{policy.proxy or 'none'}, by policy"
    return "set" if has_proxy() else "none"


def _policy(policy: Policy) -> dict[str, Any]:
    """Every policy that is set, with where it stands, and what could not be understood."""
    rules = [
        {
            "name": rule.name,
            "value": sorted(rule.value) if isinstance(rule.value, frozenset) else rule.value,
            "source": rule.source,
            "is_understood": not rule.is_broken,
        }
        for rule in policy.rules.values()
    ]
    return {"rules": rules, "problems": list(policy.problems)}


def _telemetry() -> str:
    return "off" if os.environ.get("ORT_DISABLE_TELEMETRY") == "1" else "not switched off"


def _folders(house: House) -> dict[str, Path]:
    return {
        "settings": house.paths.config,
        "models": house.installs.models_folder,
        "cache": house.paths.cache,
        "logs": house.paths.logs,
    }


def _folder(folder: Path) -> dict[str, Any]:
    """Where it is, whether it exists, and how many bytes are free on its disk."""
    nearest = folder
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    try:
        free: int | None = shutil.disk_usage(nearest).free
    except OSError:
        free = None
    return {"path": str(folder), "exists": folder.exists(), "free": free}


def _lines(report: dict[str, Any]) -> list[str]:
    """The report for people."""
    cpu, kernel, memory = report["cpu"], report["kernels"], report["memory"]
    lines = [f"{name}: {version}" for name, version in report["versions"].items()]
    lines += [
        f"system: {report['system']}",
        f"CPU: {cpu['name']}, {cpu['cores']} cores, {cpu['threads']} threads",
        f"CPU features: {', '.join(cpu['features']) or 'see the kernels'}",
        f"kernels: {kernel['problem'] or kernel['in_use'] + ' in use, of ' + ', '.join(kernel['supported'])}",
        f"memory: {_gib(memory['available'])} of {_gib(memory['total'])} free",
    ]
    for device in report["devices"]:
        first, *others = device_report.sentences(device)
        lines += [f"device {first}", *others]
    for name, folder in report["folders"].items():
        free = "" if folder["free"] is None else f", {_gib(folder['free'])} free"
        lines.append(f"{name} folder: {folder['path']}{'' if folder['exists'] else ' (not made yet)'}{free}")
    for model in report["models"]:
        state = "complete" if model["usable"] else f"not usable: {model['why_not']}"
        lines.append(f"model {model['name']}: {model['folder']}, {state}")
    lines += [f"settings: {problem}" for problem in report["settings"]["problems"]]
    lines += [
        f"network: {report['network']['state']}",
        f"hosts that a download needs, on port 443: {', '.join(report['network']['hosts'])}",
        f"proxy: {report['network']['proxy']}",
        f"telemetry: {report['telemetry']}",
        f"logs: {report['logs']}",
        *_policy_lines(report["policy"]),
    ]
    return lines


def _policy_lines(policy: dict[str, Any]) -> list[str]:
    if not policy["rules"] and not policy["problems"]:
        return ["policy: none"]
    lines = []
    for rule in policy["rules"]:
        value = rule["value"]
        words = (
            ", ".join(value) or "none" if isinstance(value, list) else json.dumps(value, ensure_ascii=False)
        )
        state = "" if rule["is_understood"] else ", because it cannot be understood"
        lines.append(f"policy {rule['name']}: {words}{state} ({rule['source']})")
    return lines + [f"policy: {problem}" for problem in policy["problems"]]


def _gib(size: int) -> str:
    return f"{size / (1 << 30):.1f} GiB"
