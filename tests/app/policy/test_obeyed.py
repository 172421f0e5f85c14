"""The command line obeys the policy and answers with exit code 3."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

import app.__main__ as main_module
from app.cli import DONE, REFUSED
from app.device_policy import allowed_device
from app.document_desk import DocumentDesk
from app.history.values import Access
from app.house import open_history
from app.installs import Installs, load_request
from app.logs import logger, start_logging, stop_logging
from app.model_digest import model_digest
from app.model_jobs import ModelJobs, new_hub
from app.policy import NO_POLICY, Policy
from app.settings import Settings
from app.terminal import Terminal
from app.tools import built_in_tools
from models.errors import PolicyError
from models.progress import Control
from models.transport import HubTransport
from runtime.devices import Pin
from runtime.events import Device, DeviceKind
from tests.fakes.engine import FakeEngine, final, turn
from tests.fakes.hub import FakeHub
from tests.fakes.registry import policy_of
from tests.support.command_line import Cli
from tests.support.installing import MODEL, Published, published
from ui.services import Services


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return published(tmp_path_factory.mktemp("published"), "narrow")


@pytest.fixture
def hub(files: Published, monkeypatch: pytest.MonkeyPatch, own_user_folders: Path) -> Iterator[FakeHub]:
    monkeypatch.setattr("app.model_jobs.ModelJobs._donors", lambda jobs: ())
    with FakeHub(files) as hub:
        yield hub


@pytest.fixture
def installed(chorale: Cli, hub: FakeHub) -> Cli:
    """A PC with a small model called gpt-oss-20b."""
    assert chorale("models", "download", MODEL, "--endpoint", hub.address) == DONE
    return chorale


def refused_by(name: str, chorale: Cli, *arguments: str) -> None:
    """The command line is refused, in one line that names the policy."""
    assert chorale(*arguments) == REFUSED
    assert len(chorale.err.splitlines()) == 1
    assert name in chorale.err
    assert "organisation" in chorale.err or "cannot be understood" in chorale.err or ", so " in chorale.err


def asked(chorale: Cli, model: str) -> int:
    """Ask that model; the exit code."""
    chorale.engine = FakeEngine([turn(final("Hello."))])
    return chorale("ask", "--model", model, "Hello")


def test_no_model_is_downloaded_and_no_server_is_asked(chorale: Cli, hub: FakeHub) -> None:
    chorale.policy = policy_of(AllowDownloads=0)
    refused_by("AllowDownloads", chorale, "models", "download", MODEL, "--endpoint", hub.address)
    assert hub.requests == []


def test_a_policy_that_cannot_be_understood_refuses_the_download(chorale: Cli, hub: FakeHub) -> None:
    chorale.policy = policy_of(Proxy="???")
    refused_by("Proxy", chorale, "models", "download", MODEL, "--endpoint", hub.address)
    assert hub.requests == []


def test_the_mirror_is_asked_whatever_the_environment_and_the_settings_say(
    chorale: Cli, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    Settings(chorale.paths.settings_file).hub_endpoint = "http://127.0.0.1:9"
    chorale.policy = policy_of(MirrorAddress=hub.address)
    refused_by(
        "MirrorAddress", chorale, "models", "download", MODEL, "--endpoint", "https://other.example.org"
    )
    assert hub.requests == []
    assert chorale("models", "download", MODEL) == DONE


def test_the_proxy_of_the_policy_is_the_one_that_is_used(
    hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fake hub is asked as a proxy would be: for a whole address of another host."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")  # where nobody listens
    direct = HubTransport(hub.address, version="1", proxy="")
    assert direct.look_up("openai/gpt-oss-20b", "main")[0]
    through = new_hub("http://models.example.org", {}, hub.address)
    assert through.look_up("openai/gpt-oss-20b", "main")[0]
    assert hub.requests[-1].host == "models.example.org"


def test_jobs_hand_the_proxy_on(tmp_path: Path, chorale: Cli) -> None:
    asked: list[object] = []
    settings = Settings(tmp_path / "settings.json", policy_of(Proxy="http://proxy.example.org:8080"))

    def hub(endpoint: str | None, environment: object, proxy: str | None) -> HubTransport:
        asked.append(proxy)
        raise PolicyError("enough")

    jobs = ModelJobs(settings, Installs(chorale.paths, settings), hub=hub)
    with pytest.raises(PolicyError, match="enough"):
        list(jobs.download(MODEL, control=Control()))
    assert asked == ["http://proxy.example.org:8080"]


def test_models_that_are_only_read_stay_as_they_are(installed: Cli, hub: FakeHub, tmp_path: Path) -> None:
    folder = installed.paths.models / MODEL
    assert installed("models", "export", MODEL, str(tmp_path / "out.zip")) == DONE
    installed.policy = policy_of(ModelFolderReadOnly=1)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    for arguments in (
        ("remove", MODEL),
        ("download", MODEL, "--endpoint", hub.address),
        ("import", str(tmp_path / "out.zip")),
    ):
        refused_by("ModelFolderReadOnly", installed, "models", *arguments)
    (folder / "README.md").write_bytes(b"x" * (folder / "README.md").stat().st_size)
    before["README.md"] = (folder / "README.md").stat().st_mtime_ns
    asked = len(hub.requests)
    assert installed("models", "verify", MODEL) == 1
    assert "README.md" in installed.err
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert len(hub.requests) == asked


def test_the_models_folder_is_the_organisations(chorale: Cli, hub: FakeHub, tmp_path: Path) -> None:
    Settings(chorale.paths.settings_file).models_folder = str(tmp_path / "mine")
    theirs = tmp_path / "theirs"
    chorale.policy = policy_of(ModelFolder=str(theirs))
    assert chorale("models", "download", MODEL, "--endpoint", hub.address) == DONE
    assert (theirs / MODEL).is_dir()
    refused_by(
        "ModelFolder",
        chorale,
        "models",
        "download",
        MODEL,
        "--endpoint",
        hub.address,
        "--to",
        str(tmp_path / "mine"),
    )
    settings = Settings(chorale.paths.settings_file, chorale.policy)
    with pytest.raises(PolicyError, match="ModelFolder"):
        ModelJobs(settings, Installs(chorale.paths, settings)).check_move()


def test_only_allowed_models_are_loaded_and_the_demo_always(installed: Cli) -> None:
    digest = model_digest(installed.paths.models / MODEL)
    assert installed("models", "list", "--json") == DONE
    assert installed.json()[-1]["hash"] == digest
    assert len(digest) == 64
    installed.policy = policy_of(AllowedModels=["00" * 32])
    refused_by("AllowedModels", installed, "ask", "--model", MODEL, "Hello")
    assert asked(installed, "demo") == DONE
    installed.policy = policy_of(AllowedModels=["00" * 32, digest])
    assert asked(installed, MODEL) == DONE


def test_a_folder_called_demo_is_not_the_demo(installed: Cli, tmp_path: Path) -> None:
    other = tmp_path / "demo"
    (installed.paths.models / MODEL).rename(other)
    installed.policy = policy_of(AllowedModels=["00" * 32])
    refused_by("AllowedModels", installed, "ask", "--model", str(other), "Hello")


def test_a_device_that_is_not_allowed_is_refused_and_an_old_choice_makes_way(
    chorale: Cli, tmp_path: Path
) -> None:
    Settings(chorale.paths.settings_file).device = "gpu"
    chorale.policy = policy_of(AllowedDevices="cpu")
    refused_by("AllowedDevices", chorale, "ask", "--model", "demo", "--device", "gpu", "Hello")
    refused_by("AllowedDevices", chorale, "devices", "--use", "gpu")
    refused_by("AllowedDevices", chorale, "--demo", "--device", "npu")
    assert asked(chorale, "demo") == DONE
    assert [request.device for request in chorale.engine.loads] == ["cpu"]


@pytest.mark.parametrize(
    ("allowed", "asked", "taken"),
    [
        ("cpu", "auto", "cpu"),
        ("gpu", "auto", "auto"),
        ("npu", "dml:1", "cpu"),
        ("gpu", "npu", "cpu"),
        ("cpu", "cpu", "cpu"),
        ("npu", "the npu", "the npu"),
        ("gpu", "the npu", "cpu"),
    ],
)
def test_each_way_to_name_a_device_is_seen_through(allowed: str, asked: str, taken: str) -> None:
    npu = Device("npu", DeviceKind.NPU, "An NPU", None, "", hardware="8086:643e", luid="00000000:00000001")
    pin = str(Pin.of(npu))
    found = allowed_device(
        asked.replace("the npu", pin), policy_of(AllowedDevices=allowed), devices=lambda: [npu]
    )
    assert found == taken.replace("the npu", pin)


def test_no_document_is_read(chorale: Cli, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("A note.")
    chorale.policy = policy_of(AllowDocuments=0)
    refused_by("AllowDocuments", chorale, "ask", "--model", "demo", "Hello", "--attach", str(note))
    refused_by("AllowDocuments", chorale, "summarize", str(note), "--model", "demo")


def test_a_dropped_document_says_why_it_is_not_read() -> None:
    policy = policy_of(AllowDocuments=0)

    def new_reader() -> None:
        policy.check_documents()

    desk = DocumentDesk(new_reader)  # type: ignore[arg-type]
    *_, last = desk.read(desk.add("note.txt"))
    assert "AllowDocuments" in last[0].problems[0]


def test_no_tool_is_offered(chorale: Cli) -> None:
    assert built_in_tools().specs
    assert built_in_tools(policy=policy_of(AllowTools=0)).specs == ()
    chorale.policy = policy_of(AllowTools=0)
    assert asked(chorale, "demo") == DONE
    assert chorale.engine.requests[0].conversation.tools == ()


def test_logs_are_kept_as_the_policy_says(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "settings.json", policy_of(KeepLogs=1, LogLevel="error"))
    assert settings.keep_logs
    handler = start_logging(tmp_path / "logs", settings.policy.log_level)
    try:
        logger("test").warning("a warning")
        logger("test").error("an error")
    finally:
        stop_logging(handler)
    (file,) = (tmp_path / "logs").iterdir()
    assert "an error" in file.read_text()
    assert "a warning" not in file.read_text()


def test_doctor_prints_the_policy_in_force(chorale: Cli) -> None:
    chorale.policy = policy_of(AllowDownloads=0, AllowedDevices="gpu,cpu", Proxy="???", Nonsense=1)
    assert chorale("doctor") == DONE
    lines = chorale.out.splitlines()
    assert r"policy AllowDownloads: false (HKLM\Software\Policies\Chorale)" in lines
    assert r"policy AllowedDevices: cpu, gpu (HKLM\Software\Policies\Chorale)" in lines
    assert any(line.startswith("policy Proxy: null, because it cannot be understood") for line in lines)
    assert any(line.startswith("policy: The policy Proxy") for line in lines)
    assert any("Nonsense" in line for line in lines)
    assert chorale("doctor", "--json") == DONE
    policy = chorale.json()[0]["policy"]
    assert policy["rules"][0] == {
        "name": "AllowDownloads",
        "value": False,
        "source": r"HKLM\Software\Policies\Chorale",
        "is_understood": True,
    }
    assert len(policy["problems"]) == 2
    chorale.policy = policy_of()
    assert chorale("doctor") == DONE
    assert "policy: none" in chorale.out.splitlines()


def test_every_load_asks_the_policy(installed: Cli) -> None:
    settings = Settings(installed.paths.settings_file, policy_of(AllowedModels="x"))
    install = Installs(installed.paths, settings).place(MODEL)
    with pytest.raises(PolicyError):
        load_request(install, device="cpu", threads=None)
    with pytest.raises(PolicyError):
        list(ModelJobs(settings, Installs(installed.paths, settings)).prepare(MODEL, control=Control()))


def test_the_window_offers_no_documents_and_tells_what_is_wrong_with_the_policy(
    chorale: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Services] = []

    def run(services: Services, *_more: object) -> int:
        given.append(services)
        return 0

    monkeypatch.setattr("ui.start.run", run)
    monkeypatch.setattr("signal.signal", lambda number, action: None)
    monkeypatch.setattr(main_module, "new_engine", lambda: chorale.engine)
    monkeypatch.setattr(chorale, "_open_window", main_module.open_window)
    chorale.policy = policy_of(AllowDocuments=0, AllowTools="perhaps", KeepHistory=0)
    assert chorale("--demo") == DONE
    (services,) = given
    assert services.documents is None
    assert services.summaries is None
    assert "AllowTools" in services.problems[0]
    assert services.preferences is not None
    assert len(services.preferences.managed()) == 3
    services.close()


def test_no_conversation_is_kept_and_the_history_says_why(chorale: Cli) -> None:
    chorale.policy = policy_of(KeepHistory=0)
    house = chorale.make_house(Terminal(io.StringIO(), io.StringIO(), io.StringIO(), {}))
    history = open_history(house)
    assert history.access is Access.FORBIDDEN
    assert history.reason
    history.close()
    assert not house.paths.history_file.exists()


def test_what_cannot_be_downloaded_is_offered_with_the_reason(tmp_path: Path, chorale: Cli) -> None:
    def jobs(policy: Policy) -> ModelJobs:
        settings = Settings(tmp_path / "settings.json", policy)
        return ModelJobs(settings, Installs(chorale.paths, settings))

    assert jobs(NO_POLICY).why_no_download == ""
    assert "AllowDownloads" in jobs(policy_of(AllowDownloads=0)).why_no_download
    assert "ModelFolderReadOnly" in jobs(policy_of(ModelFolderReadOnly=1)).why_no_download
    assert jobs(policy_of(AllowDownloads=0)).may_change
    assert not jobs(policy_of(ModelFolderReadOnly=1)).may_change
