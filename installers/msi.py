"""The MSI: an app folder as a package for Windows Installer, made by wixl on Linux.

Per machine (Program Files, for deployment tools) or per user (the local profile, without administrator rights).
Every file is a component of its own, with ids made from its path: an upgrade or a repair then knows each file again,
and the same folder gives the same ids. What wixl cannot say in its language is mended in the tables afterwards.
Read next: `docs/IT.md` for what the properties do.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from xml.sax.saxutils import quoteattr

from installers.launcher import FOLDER as LAUNCHER
from installers.sbom import NAMESPACE
from runtime.kernels.build import BuildError

PROGRAM, CONSOLE, ICON = "chorale.exe", "chorale-cli.exe", "chorale.ico"
APP = "app"  # the app folder, beside the source while wixl runs
POLICIES = r"Software\Policies\Chorale"  # app/policy/registry.py
NOTES = r"Software\Chorale"  # where it was installed, which shortcuts; the app does not read it
# Whoever installs may set these on the command line, also where Windows elevates in between.
PROPERTIES = ("INSTALLDIR", "MODELDIR", "SHAREDMODELDIR", "STARTMENU", "DESKTOPSHORTCUT", "REMOVEDATA")
# Windows Installer's number for: a program that is installed, its exit code ignored, deferred, as the user.
AS_USER = 0x12 + 0x40 + 0x400
# When actions run, where wixl puts them elsewhere: the version before goes first, whole and so that it comes back if
# the installation fails; data goes after the changes have begun and before files go.
SEQUENCE = {"KeepDesktop": 54, "RemoveExistingProducts": 1510, "RemoveData": 3490}
DOWNGRADE = "A newer version of Chorale is installed. Remove it first if you want this one."


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom a package is installed for.

    Attributes:
        parent: the folder of Windows that INSTALLDIR is in, and folders between.
        root: the registry that notes are kept in.
    """

    name: str
    install_scope: str
    parent: tuple[str, ...]
    root: str


MACHINE = Scope("machine", "perMachine", ("ProgramFiles64Folder",), "HKLM")
USER = Scope("user", "perUser", ("LocalAppDataFolder", "Programs"), "HKCU")
SCOPES = (MACHINE, USER)


def file_name(version: str, target: str, scope: Scope) -> str:
    suffix = "" if scope is MACHINE else "-user"
    return f"Chorale-{version}-{target}{suffix}.msi"


def build(folder: Path, output: Path, version: str, scope: Scope, target: str = "x64") -> None:
    """Make the package `output` of the app folder `folder`.

    Raises:
        BuildError: wixl or msibuild is missing or failed.
    """
    if target != "x64":
        raise BuildError("wixl makes packages for x64 only; copy the app folder for ARM64.")
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    product = _guid(f"product {scope.name} {version} {_content(folder, files)}")
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "chorale.wxs"
        source.write_text(source_text(files, version, scope, product), encoding="utf-8")
        made = Path(scratch) / output.name
        # wixl takes no absolute paths: it finds everything beside the source.
        (Path(scratch) / APP).symlink_to(folder)
        shutil.copyfile(LAUNCHER / ICON, Path(scratch) / ICON)
        _run(["wixl", "-a", "x64", "-o", made.name, source.name], folder=scratch)
        _mend(made, version, scope, _guid(f"package {product}"))
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(made.read_bytes())


def _guid(text: str) -> str:
    return str(uuid.uuid5(NAMESPACE, text)).upper()


def _content(folder: Path, files: list[str]) -> str:
    digest = hashlib.sha256()
    for name in files:
        digest.update(name.encode() + b"\0" + hashlib.sha256((folder / name).read_bytes()).digest())
    return digest.hexdigest()


def _id(kind: str, path: str) -> str:
    return f"{kind}{hashlib.sha256(path.encode()).hexdigest()[:20]}"


def source_text(files: list[str], version: str, scope: Scope, product: str) -> str:
    """The package in wixl's language."""
    tree = _tree(files, scope)
    for name in reversed((*scope.parent, "")[:-1]):
        title = "" if name.endswith("Folder") else f" Name={quoteattr(name)}"
        tree = (
            f"<Directory Id={quoteattr(name if not title else 'ProgramsHere')}{title}>\n{tree}\n</Directory>"
        )
    components = [_id("c", name) for name in files] + [name for name, _ in _extras(scope)]
    references = "\n".join(f'<ComponentRef Id="{name}"/>' for name in components)
    shortcuts = "\n".join(text for _, text in _extras(scope))
    return f"""<?xml version="1.0" encoding="utf-8"?>
<Wix xmlns="http://schemas.microsoft.com/wix/2006/wi">
<Product Id="{product}" Name="Chorale" Language="1033" Version="{version}" Manufacturer="Chorale" UpgradeCode="{_guid(f"upgrade {scope.name}")}">
<Package InstallerVersion="500" Compressed="yes" InstallScope="{scope.install_scope}" Description="Chorale" Comments="Talk to gpt-oss on your own PC, offline."/>
<MajorUpgrade DowngradeErrorMessage="{DOWNGRADE}"/>
<Media Id="1" Cabinet="chorale.cab" EmbedCab="yes"/>
<Property Id="STARTMENU" Value="1"/>
<Property Id="ARPNOMODIFY" Value="1"/>
<Property Id="ARPPRODUCTICON" Value="chorale.ico"/>
<Property Id="ARPCOMMENTS" Value="Talk to gpt-oss on your own PC, offline."/>
<Icon Id="chorale.ico" SourceFile="{ICON}"/>
<Property Id="WASINSTALLDIR"><RegistrySearch Id="WasInstallDir" Root="{scope.root}" Key="{NOTES}" Name="InstallFolder" Type="raw" Win64="yes"/></Property>
<Property Id="WASDESKTOPSHORTCUT"><RegistrySearch Id="WasDesktop" Root="{scope.root}" Key="{NOTES}" Name="Desktop" Type="raw" Win64="yes"/></Property>
{_remembered(scope)}<CustomAction Id="KeepInstallDir" Property="INSTALLDIR" Value="[WASINSTALLDIR]"/>
<CustomAction Id="KeepDesktop" Property="DESKTOPSHORTCUT" Value="1"/>
<CustomAction Id="NoteLocation" Property="ARPINSTALLLOCATION" Value="[INSTALLDIR]"/>
<CustomAction Id="RemoveData" FileKey="{_id("f", CONSOLE)}" ExeCommand="--remove-data" Execute="deferred" Return="ignore"/>
<InstallExecuteSequence>
<Custom Action="KeepInstallDir" After="AppSearch">WASINSTALLDIR AND NOT INSTALLDIR</Custom>
<Custom Action="KeepDesktop" After="AppSearch">WASDESKTOPSHORTCUT AND NOT DESKTOPSHORTCUT</Custom>
{_remembered_actions(scope)}<Custom Action="NoteLocation" After="InstallValidate"/>
<Custom Action="RemoveData" Before="RemoveFiles">REMOVE="ALL" AND REMOVEDATA="1" AND NOT UPGRADINGPRODUCTCODE</Custom>
</InstallExecuteSequence>
<Directory Id="TARGETDIR" Name="SourceDir">
{tree}
{shortcuts}
</Directory>
<Feature Id="Chorale" Title="Chorale" Level="1">
{references}
</Feature>
</Product>
</Wix>
"""


# Properties that an upgrade takes over from the version before, unless they are given: property -> policy.
REMEMBERED = {"MODELDIR": "ModelFolder", "SHAREDMODELDIR": "SharedModelFolder"}


def _remembered(scope: Scope) -> str:
    if scope is not MACHINE:
        return ""
    return "".join(
        f'<Property Id="WAS{name}"><RegistrySearch Id="Was{value}" Root="HKLM" Key="{POLICIES}" Name="{value}" Type="raw" Win64="yes"/></Property>\n'
        f'<CustomAction Id="Keep{value}" Property="{name}" Value="[WAS{name}]"/>\n'
        for name, value in REMEMBERED.items()
    )


def _remembered_actions(scope: Scope) -> str:
    if scope is not MACHINE:
        return ""
    return "".join(
        f'<Custom Action="Keep{value}" After="AppSearch">WAS{name} AND NOT {name}</Custom>\n'
        for name, value in REMEMBERED.items()
    )


def _tree(files: list[str], scope: Scope) -> str:
    """INSTALLDIR with all its folders and files."""
    return f'<Directory Id="INSTALLDIR" Name="Chorale">\n{_branch(files, PurePosixPath("."), scope)}\n</Directory>'


def _branch(files: list[str], here: PurePosixPath, scope: Scope) -> str:
    prefix = "" if str(here) == "." else f"{here}/"
    inside = [name for name in files if name.startswith(prefix)]
    lines = []
    for name in inside:
        rest = name[len(prefix) :]
        if "/" not in rest:
            lines.append(
                f'<Component Id="{_id("c", name)}" Guid="{_guid(f"{scope.name} {name}")}" Win64="yes">'
                f'<File Id="{_id("f", name)}" Source={quoteattr(f"{APP}/{name}")} Name={quoteattr(rest)} KeyPath="yes"/></Component>'
            )
    for child in sorted({name[len(prefix) :].split("/")[0] for name in inside if "/" in name[len(prefix) :]}):
        branch = _branch(inside, PurePosixPath(f"{prefix}{child}"), scope)
        lines.append(
            f'<Directory Id="{_id("d", prefix + child)}" Name={quoteattr(child)}>\n{branch}\n</Directory>'
        )
    return "\n".join(lines)


def _extras(scope: Scope) -> list[tuple[str, str]]:
    """Components that are no files, as (id, text): shortcuts, notes in the registry, policies."""
    made = [
        _shortcut("StartMenu", "ProgramMenuFolder", scope),
        _shortcut("Desktop", "DesktopFolder", scope),
        (
            "Notes",
            f'<Component Id="Notes" Guid="{_guid(f"{scope.name} notes")}" Win64="yes">'
            f'<RegistryValue Root="{scope.root}" Key="{NOTES}" Name="InstallFolder" Type="string" Value="[INSTALLDIR]" KeyPath="yes"/>'
            f'<RegistryValue Root="{scope.root}" Key="{NOTES}" Name="Version" Type="string" Value="[ProductVersion]"/>'
            "</Component>",
        ),
    ]
    if scope is MACHINE:  # a user may not write policies
        made += [_policy(value, name) for name, value in REMEMBERED.items()]
    return made


def _shortcut(name: str, directory: str, scope: Scope) -> tuple[str, str]:
    text = (
        f'<Directory Id="{directory}"><Component Id="{name}" Guid="{_guid(f"{scope.name} {name}")}" Win64="yes">'
        f'<Shortcut Id="{name}Shortcut" Name="Chorale" Description="Talk to gpt-oss, offline" Target="[INSTALLDIR]{PROGRAM}"'
        ' WorkingDirectory="INSTALLDIR" Icon="chorale.ico"/>'
        f'<RegistryValue Root="{scope.root}" Key="{NOTES}" Name="{name}" Type="integer" Value="1" KeyPath="yes"/>'
        "</Component></Directory>"
    )
    return name, text


def _policy(value: str, name: str) -> tuple[str, str]:
    text = (
        f'<Component Id="{value}" Guid="{_guid(f"policy {value}")}" Win64="yes">'
        f'<RegistryValue Root="HKLM" Key="{POLICIES}" Name="{value}" Type="string" Value="[{name}]" KeyPath="yes"/>'
        "</Component>"
    )
    return value, text


def _mend(package: Path, version: str, scope: Scope, code: str) -> None:
    """Say in the tables what wixl's language cannot: when a component is installed, secure properties, the id."""
    conditions = {"StartMenu": 'STARTMENU="1"', "Desktop": 'DESKTOPSHORTCUT="1"'}
    if scope is MACHINE:
        conditions |= {value: name for name, value in REMEMBERED.items()}
    queries = [
        f"UPDATE `Component` SET `Condition` = '{condition}' WHERE `Component` = '{name}'"
        for name, condition in conditions.items()
    ]
    secure = ";".join([*PROPERTIES, "WIX_DOWNGRADE_DETECTED", "WIX_UPGRADE_DETECTED"])
    queries.append("DELETE FROM `Property` WHERE `Property` = 'SecureCustomProperties'")
    queries.append(
        f"INSERT INTO `Property` (`Property`, `Value`) VALUES ('SecureCustomProperties', '{secure}')"
    )
    # A deferred action that runs as the user, after the changes have begun and before files go.
    queries.append(f"UPDATE `CustomAction` SET `Type` = {AS_USER} WHERE `Action` = 'RemoveData'")
    for action, number in SEQUENCE.items():
        queries.append(
            f"UPDATE `InstallExecuteSequence` SET `Sequence` = {number} WHERE `Action` = '{action}'"
        )
    # A version built again takes the place of itself.
    upgrade = f"'{{{_guid(f'upgrade {scope.name}')}}}', '{version}', 513, 'WIX_UPGRADE_DETECTED'"
    queries.append("DELETE FROM `Upgrade` WHERE `ActionProperty` = 'WIX_UPGRADE_DETECTED'")
    queries.append(
        f"INSERT INTO `Upgrade` (`UpgradeCode`, `VersionMax`, `Attributes`, `ActionProperty`) VALUES ({upgrade})"
    )
    _run(["msibuild", str(package), *(part for query in queries for part in ("-q", query))])
    _run(["msibuild", str(package), "-s", "Chorale", "Chorale", "x64;1033", f"{{{code}}}"])


def _run(command: list[str], folder: str | None = None) -> None:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        )
    except FileNotFoundError as error:
        raise BuildError(
            f"{command[0]} is missing; on Debian: apt-get install wixl msitools nsis osslsigncode"
        ) from error
    if done.returncode:
        raise BuildError(f"{command[0]} failed:\n{(done.stderr or done.stdout).strip()[-2000:]}")
