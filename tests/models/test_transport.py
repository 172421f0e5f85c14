"""What the line between this PC and the hub may look like at a company, and what never crosses it."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.errors import InputError, NetworkError
from models.progress import Control, DownloadProgress, Stage
from models.store import State
from models.transport import HubTransport, check_endpoint
from tests.fakes.hub import FakeHub, Fault
from tests.support.installing import MODEL, Download, Published, holds

trustme = pytest.importorskip("trustme", reason="it has no wheel for Windows on ARM")


@pytest.fixture(scope="module")
def authority() -> Any:
    return trustme.CA()


@pytest.fixture
def secure(files: Published, authority: Any) -> Iterator[FakeHub]:
    """A hub with a certificate that this PC does not trust by itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    with FakeHub(files, tls=context) as hub:
        yield hub


def test_a_certificate_that_is_not_trusted_is_said_at_once_with_whom_to_ask(
    secure: FakeHub, tmp_path: Path
) -> None:
    get = Download(secure.address, tmp_path / "models")
    with pytest.raises(NetworkError, match=r"The certificate of 127\.0\.0\.1:\d+ is not trusted .* ask IT"):
        get()
    assert get.clock.waits == []
    assert secure.requests == []


def test_a_certificate_in_the_systems_store_is_trusted(
    secure: FakeHub, authority: Any, files: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "company.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "company.pem"))
    assert holds(Download(secure.address, tmp_path / "models")(), files)


def test_a_redirect_that_drops_the_encryption_is_not_followed(
    secure: FakeHub, hub: FakeHub, authority: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "company.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "company.pem"))
    secure.faults.append(
        Fault("redirect", path="/resolve/", status=302, headers={"Location": hub.address}, times=None)
    )
    with pytest.raises(NetworkError, match="without encryption"):
        Download(secure.address, tmp_path / "models")()
    assert hub.requests == []


def test_a_token_goes_to_the_endpoint_alone_and_into_no_message(
    secure: FakeHub, authority: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "company.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "company.pem"))
    get = Download(secure.address, tmp_path / "models")
    secure.faults.append(Fault("status", path="README.md", status=403))
    with pytest.raises(NetworkError) as refused:
        get(token="hf_secret")
    assert "hf_secret" not in refused.value.user_text + refused.value.detail
    get(token="hf_secret")
    for request in secure.requests:
        sent = request.headers.get("authorization") == "Bearer hf_secret"
        assert sent == (not request.path.startswith("/storage/")), request.path


def test_a_token_is_not_sent_where_anybody_could_read_it(get: Download, hub: FakeHub) -> None:
    get(token="hf_secret")
    assert not any("authorization" in request.headers for request in hub.requests)


def test_a_token_that_another_program_left_is_not_used(
    get: Download, hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "token"))
    (tmp_path / "token").write_text("hf_other")
    get()
    assert not any("authorization" in request.headers for request in hub.requests)


def test_a_server_that_is_not_there_is_named_soon(tmp_path: Path, hub: FakeHub) -> None:
    address = hub.address
    hub.__exit__(None, None, None)
    get = Download(address, tmp_path / "models")
    try:
        with pytest.raises(
            NetworkError, match=r"127\.0\.0\.1:\d+ cannot be reached .* ask IT to allow http://127"
        ):
            get()
        assert len(get.clock.waits) == 2
        assert get.store.state(MODEL) is State.ABSENT
    finally:
        hub._thread = type(hub._thread)(target=lambda: None)
        hub._thread.start()


def test_the_proxy_of_the_environment_is_used_and_its_password_is_not_shown(
    tmp_path: Path, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", f"http://me:hunter2@127.0.0.1:{hub.port}")
    get = Download("http://hub.example", tmp_path / "models")
    hub.faults.append(Fault("status", status=407))
    with pytest.raises(NetworkError, match="status 407") as refused:
        get()
    assert "hunter2" not in refused.value.user_text + refused.value.detail
    assert hub.requests[0].path.startswith("http://hub.example/api/models/")
    found = get()
    assert {request.path.split("/")[2] for request in hub.requests} == {
        "hub.example",
        f"localhost:{hub.port}",
    }
    assert "hunter2" not in (found.folder / "installation.json").read_text()


@pytest.mark.parametrize(
    "proxy", ["http://me:hunter2@127.0.0.1:port", "http://me:hun#ter2@proxy:80", "ftp://me:hunter2@proxy:1"]
)
def test_a_proxy_whose_address_is_none_is_blamed_and_its_password_is_not_shown(
    get: Download, hub: FakeHub, monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", proxy)
    with pytest.raises(
        NetworkError, match="The proxy that HTTPS_PROXY, the system or a policy names"
    ) as refused:
        get()
    assert "hun" not in refused.value.user_text + refused.value.detail
    assert hub.requests == []


def test_offline_by_the_users_wish_is_offline(
    get: Download, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    import huggingface_hub.constants

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(NetworkError, match="HF_HUB_OFFLINE is set"):
        get()
    assert hub.requests == []


@pytest.mark.parametrize(
    "text", ["", "huggingface.co", "ftp://x", "https://", "https://h:x", "https://h?q", "https://user:pw@h"]
)
def test_what_is_no_endpoint_is_said_without_its_password(text: str) -> None:
    with pytest.raises(InputError) as wrong:
        check_endpoint(text)
    assert "pw" not in wrong.value.user_text.replace("password", "")


def test_an_endpoint_may_have_a_path_and_a_slash() -> None:
    assert HubTransport("https://mirror.example/hf/", version="0").address == "https://mirror.example/hf"


def test_two_programs_that_download_the_same_model_share_the_work(
    get: Download, hub: FakeHub, files: Published
) -> None:
    with get.store.locked(MODEL) as held:
        assert held
        events = get.events_of(Control(clock=get.clock))
        waiting = [next(events) for _ in range(3)]
        assert all(isinstance(e, DownloadProgress) and e.stage is Stage.WAITING for e in waiting)
        assert hub.requests == []
    list(events)
    assert holds(get.store.installation(MODEL), files)
