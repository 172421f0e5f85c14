"""The package's source, signatures, and the files of a release."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from installers import launcher, msi, release
from installers.sign import Signer, is_signed_by
from installers.target import X64
from runtime.kernels.build import BuildError

FILES = ["LICENSE", "chorale-cli.exe", "chorale.exe", "chorale/app/cli.pyc", "python/python312.dll"]


def ids(scope: msi.Scope, version: str) -> tuple[dict[str, str], ElementTree.Element]:
    """Component -> its id, of a package's source."""
    tree = ElementTree.fromstring(msi.source_text(FILES, version, scope, "P"))
    components = [item for item in tree.iter() if item.tag.endswith("}Component")]
    return {item.attrib["Id"]: item.attrib["Guid"] for item in components}, tree


def test_a_file_keeps_its_component_from_version_to_version_and_shares_it_with_no_other_scope() -> None:
    machine, _ = ids(msi.MACHINE, "1.0.0")
    assert ids(msi.MACHINE, "1.0.1")[0] == machine
    assert len(set(machine.values())) == len(machine)
    assert not set(machine.values()) & set(ids(msi.USER, "1.0.0")[0].values())


@pytest.mark.parametrize("scope", msi.SCOPES, ids=lambda scope: scope.name)
def test_every_component_is_installed_and_nothing_starts_by_itself(scope: msi.Scope) -> None:
    components, tree = ids(scope, "1.0.0")
    referred = {item.attrib["Id"] for item in tree.iter() if item.tag.endswith("}ComponentRef")}
    assert referred == set(components)
    text = ElementTree.tostring(tree, encoding="unicode")
    assert "CurrentVersion\\Run" not in text
    assert ("Policies" in text) == (scope is msi.MACHINE)


def test_the_sums_are_those_that_sha256sum_checks(tmp_path: Path) -> None:
    (tmp_path / "b.msi").write_bytes(b"b")
    (tmp_path / "a.zip").write_bytes(b"a")
    release.write_sums([tmp_path / "b.msi", tmp_path / "a.zip"], tmp_path / release.SUMS)
    wanted = "".join(
        f"{hashlib.sha256(name[:1].encode()).hexdigest()}  {name}\n" for name in ("a.zip", "b.msi")
    )
    assert (tmp_path / release.SUMS).read_text() == wanted


def test_an_archive_of_the_same_files_is_the_same(tmp_path: Path) -> None:
    made = []
    for number in (1, 2):
        source = tmp_path / f"{number}.txt"
        source.write_text("text")
        os.utime(source, (number, number))
        made.append(
            release.archive({"in/a.txt": source}, tmp_path / f"{number}.zip", 1_700_000_000).read_bytes()
        )
    assert made[0] == made[1]


def test_a_certificate_without_a_key_is_said_and_without_both_nothing_is_signed() -> None:
    assert Signer.from_environment({}) is None
    with pytest.raises(BuildError, match="CHORALE_SIGN_KEY"):
        Signer.from_environment({"CHORALE_SIGN_CERTIFICATE": "x.pem"})


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    """A signer that nobody trusts, under the authority ca.pem."""
    if not shutil.which("osslsigncode") or not shutil.which("openssl"):
        pytest.skip("osslsigncode and openssl are not installed")
    root = ["-subj", "/CN=Test authority", "-addext", "basicConstraints=critical,CA:TRUE", "-days", "2"]
    openssl(
        tmp_path,
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
        *root,
    )
    openssl(
        tmp_path,
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "key.pem",
        "-out",
        "csr",
        "-subj",
        "/CN=Test",
    )
    (tmp_path / "ext").write_text("extendedKeyUsage=codeSigning\nkeyUsage=digitalSignature\n")
    sign = ["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "ext"]
    openssl(tmp_path, "x509", "-req", "-in", "csr", "-out", "leaf.pem", *sign)
    chain = tmp_path / "chain.pem"
    chain.write_bytes((tmp_path / "leaf.pem").read_bytes() + (tmp_path / "ca.pem").read_bytes())
    return Signer(chain, str(tmp_path / "key.pem"))


@pytest.mark.slow
def test_a_signed_program_that_was_changed_fails_its_check(signer: Signer, tmp_path: Path) -> None:
    launcher.build(tmp_path, X64, "1.2.3")
    check_tampering(signer, tmp_path / "chorale.exe", tmp_path / "ca.pem", 5000)


@pytest.mark.slow
def test_a_signed_package_that_was_changed_fails_its_check(signer: Signer, tmp_path: Path) -> None:
    if not shutil.which("wixl") or not shutil.which("msibuild"):
        pytest.skip("wixl and msitools are not installed")
    for name in FILES:
        (tmp_path / "app" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "app" / name).write_bytes(os.urandom(20_000))
    package = tmp_path / "Chorale.msi"
    msi.build(tmp_path / "app", package, "1.2.3", msi.MACHINE)
    check_tampering(signer, package, tmp_path / "ca.pem", package.stat().st_size // 2)


def check_tampering(signer: Signer, file: Path, authority: Path, at: int) -> None:
    assert not is_signed_by(file, authority)
    signer.sign(file)
    assert is_signed_by(file, authority)
    content = bytearray(file.read_bytes())
    content[at] ^= 1
    file.write_bytes(content)
    assert not is_signed_by(file, authority)
