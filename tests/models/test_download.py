"""A download ends with the published files and nothing else, whatever the line does and however often it ends."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from models import catalog
from models.disk import Disk
from models.download import ModelInstalled
from models.errors import Cancelled, ModelError, NetworkError
from models.hub_cache import HubCache
from models.manifest import INSTALLATION, PARTIAL, PLAN
from models.progress import Control, DownloadProgress, Stage
from models.store import State
from tests.fakes.hub import COMMIT, REPOSITORY, FakeHub, Fault
from tests.support.installing import MODEL, Download, Published, holds

SHARD = "model-00000-of-00001.safetensors"
Files = Published


def test_what_is_published_is_there_in_the_end_and_named_with_its_hashes(
    get: Download, hub: FakeHub, files: Files
) -> None:
    found = get()
    assert holds(found, files)
    assert get.store.state(MODEL) is State.INSTALLED
    assert (found.repository, found.revision, found.source) == (REPOSITORY, COMMIT, hub.address)
    assert {file.name: file.sha256 for file in found.files} == {name: hub.digests(name)[0] for name in files}
    assert get.store.installation(MODEL) == found


def test_nothing_is_asked_but_the_list_and_the_files_each_once(
    get: Download, hub: FakeHub, files: Files
) -> None:
    get()
    paths = sorted(request.path.partition("?")[0] for request in hub.requests)
    large = [f"/storage/{name}" for name in files if hub.is_large(name)]
    expected = [f"/{REPOSITORY}/resolve/{COMMIT}/{name}" for name in files]
    assert paths == sorted([f"/api/models/{REPOSITORY}/revision/main", *expected, *large])
    agents = {request.headers["user-agent"] for request in hub.requests}
    assert all(agent.startswith("chorale/0; hf_hub/") and "agent/" not in agent for agent in agents)
    hub.requests.clear()
    get()
    assert hub.requests == []  # it is there: nobody needs to be asked


def test_progress_goes_from_nothing_to_all(get: Download, files: Files) -> None:
    get()
    reports = [event for event in get.events if isinstance(event, DownloadProgress)]
    assert reports[0].stage is Stage.LOOKING
    assert reports[-1].done == reports[-1].total == sum(len(content) for content in files.values())
    assert isinstance(get.events[-1], ModelInstalled)


@pytest.mark.parametrize(
    "fault",
    [
        Fault("cut", path="/storage/", times=15, after=400_000),
        Fault("cut", path="/resolve/", every=3, times=None),
        Fault("cut", path="/api/", times=2),
        Fault("status", status=500, every=4, times=None),
        Fault("status", status=503, path="/storage/", times=2),
        Fault("status", status=429, path="/api/", headers={"Retry-After": "7"}),
        Fault("other", path="/storage/", times=2),
        Fault("long", path="/storage/", times=2),
        Fault("long", path="/resolve/", times=2),
        Fault("wrong", path="/storage/"),
        Fault("wrong", path="config.json"),
        Fault("gzip", path="config.json"),
        Fault("redirect", path="/api/", status=307, headers={"Location": f"/api/models/{REPOSITORY}/revision/main?blobs=true"}),
    ],
    ids=lambda fault: f"{fault.kind} {fault.status if fault.kind == 'status' else ''} {fault.path}",
)  # fmt: skip
def test_what_goes_wrong_on_the_way_is_tried_again_and_mended(
    get: Download, hub: FakeHub, files: Files, fault: Fault
) -> None:
    hub.faults.append(Fault(**{**vars(fault), "seen": 0}))
    assert holds(get(), files)
    assert hub.faults[0].times in (0, None)  # it did strike


def test_a_server_that_knows_no_ranges_still_gives_the_rest(
    get: Download, hub: FakeHub, files: Files
) -> None:
    hub.faults += [
        Fault("cut", path=f"/storage/{SHARD}", after=1_000_000),
        Fault("no_range", path=f"/storage/{SHARD}", times=None),
    ]
    assert holds(get(), files)
    (_, second) = hub.asked(f"/storage/{SHARD}")
    assert second.headers["range"] == "bytes=1000000-"


def test_a_server_that_gave_other_files_gets_more_patience_than_an_address_that_may_be_wrong(
    get: Download, hub: FakeHub, files: Files
) -> None:
    get.workers = 1  # the large files come first
    hub.faults.append(Fault("status", path="/config.json", status=503, times=6))
    assert holds(get(), files)
    assert hub.faults[0].times == 0


def test_a_download_that_goes_on_elsewhere_names_where_it_goes_on(
    get: Download, hub: FakeHub, files: Files, tmp_path: Path
) -> None:
    hub.faults.append(Fault("status", path="/storage/", status=403, times=None))
    with pytest.raises(NetworkError):
        get()
    with FakeHub(files) as mirror:
        found = Download(mirror.address, tmp_path / "models")()
        assert holds(found, files)
        assert found.source == mirror.address


def test_a_plan_with_hashes_that_never_fit_is_made_anew_when_a_revision_is_asked_for(
    get: Download, hub: FakeHub, files: Files
) -> None:
    hub.listing = change("config.json", blobId="0" * 40)
    with pytest.raises(NetworkError, match="hash is wrong"):
        get()
    hub.listing = lambda listing: listing
    assert holds(get(revision="main"), files)


def test_a_server_that_asks_for_patience_gets_it(get: Download, hub: FakeHub) -> None:
    hub.faults.append(Fault("status", path="/api/", status=429, headers={"Retry-After": "77"}))
    get()
    assert get.clock.waits[0] == 77


@pytest.mark.slow
def test_a_line_that_is_open_and_silent_is_dropped_and_tried_again(
    get: Download, hub: FakeHub, files: Files
) -> None:
    hub.faults.append(Fault("drip", path="/storage/"))
    assert holds(get(read_s=0.1), files)
    assert hub.faults[0].times == 0


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Fault("status", status=401, times=None), "HF_TOKEN"),
        (Fault("status", status=403, path="/storage/", times=None), r"localhost:\d+ refuses .*ask IT to allow http://localhost"),
        (Fault("status", status=404, path="/resolve/", times=None), "does not have"),
        (Fault("status", status=404, path="/api/", headers={"X-Error-Code": "RevisionNotFound"}), "--revision"),
        (Fault("status", status=500, path="/api/", times=None), r"127\.0\.0\.1:\d+ has a problem of its own \(status 500\)"),
        (Fault("status", status=500, path="/storage/", times=None), r"localhost:\d+ has a problem of its own"),
        (Fault("status", status=418, path="/storage/", times=None), "status 418"),
        (Fault("other", path="/api/", times=None), "sign-in page"),
        (Fault("other", path="/storage/", times=None), "sign-in page"),
        (Fault("wrong", path="/storage/", times=None), "hash is wrong"),
        (Fault("cut", path="/storage/", after=0, times=None), "Try again when the line is better"),
        (Fault("redirect", path="/storage/", status=302, headers={"Location": "/storage/x?Signature=1"}, times=None), "without an end"),
        (Fault("redirect", path="/storage/", status=302, headers={"Location": "file:///etc/passwd"}), "no address"),
        (Fault("redirect", path="/storage/", status=302, headers={"Location": "http://[::bad/"}), "no address"),
    ],
    ids=lambda value: f"{value.kind} {value.status} {value.path}" if isinstance(value, Fault) else "",
)  # fmt: skip
def test_what_stays_wrong_is_said_with_the_address_and_what_to_do_and_loses_nothing(
    get: Download, hub: FakeHub, files: Files, fault: Fault, sentence: str
) -> None:
    hub.faults.append(Fault(**{**vars(fault), "seen": 0}))
    with pytest.raises(NetworkError, match=f"(?i){sentence}"):
        get()
    assert get.store.state(MODEL) in (State.ABSENT, State.UNFINISHED)
    hub.faults.clear()
    assert holds(get(), files)


def test_a_dropped_line_costs_nothing_that_had_arrived(get: Download, hub: FakeHub, files: Files) -> None:
    hub.faults.append(Fault("cut", path=f"/storage/{SHARD}", after=3_000_000, times=1))
    hub.faults.append(Fault("status", path=f"/storage/{SHARD}", status=403, times=None))
    with pytest.raises(NetworkError):
        get()
    partial = get.store.folder(MODEL) / (SHARD + PARTIAL)
    assert partial.stat().st_size == 3_000_000
    hub.faults.clear()
    hub.requests.clear()
    get()
    (asked,) = hub.asked(f"/storage/{SHARD}")
    assert asked.headers["range"] == "bytes=3000000-"


def test_a_download_stays_with_its_commit_when_the_branch_moves_on(
    get: Download, hub: FakeHub, files: Files
) -> None:
    hub.faults.append(Fault("status", path="/storage/", status=403, times=None))
    with pytest.raises(NetworkError):
        get()
    hub.faults.clear()
    hub.requests.clear()
    assert get().revision == COMMIT
    assert hub.asked("/api/") == []
    hub.commit = "f" * 40  # the next one is only taken when it is asked for
    assert get().revision == COMMIT
    assert get(revision="main").revision == "f" * 40


def test_a_new_revision_downloads_only_what_changed(get: Download, hub: FakeHub, files: Files) -> None:
    get()
    hub.commit, hub.files = "f" * 40, {**files, "README.md": b"# another\n"}
    found = get(revision="f" * 40)
    assert holds(found, {**files, "README.md": b"# another\n"})
    assert get.received == len(b"# another\n")


def test_a_file_that_changed_between_two_attempts_is_noticed_before_it_is_downloaded(
    get: Download, hub: FakeHub, files: Files
) -> None:
    hub.faults += [
        Fault("cut", path=f"/storage/{SHARD}", after=3_000_000),
        Fault("status", path=f"/storage/{SHARD}", status=403, times=None),
    ]
    with pytest.raises(NetworkError):
        get()
    hub.faults.clear()
    hub.requests.clear()
    hub.files = {**files, SHARD: bytes(len(files[SHARD]))}
    with pytest.raises(NetworkError, match="no longer the file that was announced"):
        get()
    assert hub.asked(f"/storage/{SHARD}") == []
    hub.files = files
    assert holds(get(), files)


def test_a_mirror_whose_list_has_no_hashes_is_asked_for_each_file(
    get: Download, hub: FakeHub, files: Files
) -> None:
    hub.lists_hashes = False
    assert holds(get(), files)
    assert {request.method for request in hub.asked("/resolve/")} == {"HEAD", "GET"}


def change(name: str, **values: object) -> Callable[[dict[str, object]], dict[str, object]]:
    """Changes one file's entry in the listing."""

    def changed(listing: dict[str, object]) -> dict[str, object]:
        siblings = listing["siblings"]
        assert isinstance(siblings, list)
        siblings[:] = [entry | values if entry["rfilename"] == name else entry for entry in siblings]
        return listing

    return changed


@pytest.mark.parametrize(
    "listing",
    [
        change("config.json", size=-1),
        change("config.json", size=1 << 50),
        change("config.json", size="12"),
        change("config.json", blobId="../../x"),
        change(SHARD, lfs={"size": 10, "sha256": "ABC", "pointerSize": 1}),
        change("README.md", rfilename="config.json"),
        change("README.md", rfilename="model\\..\\..\\x.safetensors"),
        change("README.md", rfilename="model:x.safetensors"),
        change("README.md", rfilename="model\u202e.safetensors"),
        change("config.json", rfilename="other.json"),
        change(SHARD, rfilename="sub/model.safetensors"),
        lambda listing: listing | {"sha": "main"},
        lambda listing: listing | {"sha": None},
        lambda listing: listing | {"siblings": None},
        lambda listing: listing | {"siblings": [{"rfilename": 5}]},
        lambda listing: listing | {"siblings": 5},
        lambda listing: ["no", "listing"],
        lambda listing: listing | {"padding": "x" * (17 << 20)},
    ],
)
def test_a_hub_that_answers_with_other_names_or_sizes_writes_nothing_outside_the_folder(
    get: Download, hub: FakeHub, tmp_path: Path, listing: Callable[..., object]
) -> None:
    hub.listing = listing
    with pytest.raises((NetworkError, ModelError)):
        get()
    assert {path.name for path in tmp_path.iterdir()} <= {"models"}
    inside = [path.name for path in get.store.models_folder.rglob("*") if path.is_file()]
    assert set(inside) <= {f".{MODEL}.lock", PLAN, *hub.files, *(name + PARTIAL for name in hub.files)}
    assert get.store.state(MODEL) in (State.ABSENT, State.UNFINISHED)


def test_what_lies_in_a_hugging_face_cache_is_linked_and_not_downloaded(
    get: Download, hub: FakeHub, files: Files, tmp_path: Path
) -> None:
    blobs = tmp_path / "hub" / "models--openai--gpt-oss-20b" / "blobs"
    blobs.mkdir(parents=True)
    for name in (SHARD, "config.json"):
        sha256, oid = hub.digests(name)
        (blobs / (sha256 if hub.is_large(name) else oid)).write_bytes(files[name])
    damaged = blobs / hub.digests("tokenizer.json")[0]
    damaged.write_bytes(bytes(len(files["tokenizer.json"])))
    found = get(donors=(HubCache(tmp_path / "hub"),))
    assert holds(found, files)
    assert hub.asked(f"/{SHARD}") == hub.asked("/config.json") == []
    assert (found.folder / SHARD).stat().st_ino == (blobs / hub.digests(SHARD)[0]).stat().st_ino
    assert damaged.read_bytes() == bytes(len(files["tokenizer.json"]))  # somebody else's: left alone


def test_a_file_that_was_linked_when_the_power_went_is_linked_again_and_not_copied(
    get: Download, hub: FakeHub, files: Files, tmp_path: Path
) -> None:
    blob = tmp_path / "hub" / "models--openai--gpt-oss-20b" / "blobs" / hub.digests(SHARD)[0]
    blob.parent.mkdir(parents=True)
    blob.write_bytes(files[SHARD])
    donors = (HubCache(tmp_path / "hub"),)
    found = get(donors=donors)
    get.store.begin(found.plan())
    (found.folder / SHARD).rename(found.folder / (SHARD + PARTIAL))
    assert holds(get(donors=donors), files)
    assert (found.folder / SHARD).stat().st_ino == blob.stat().st_ino


@pytest.mark.slow
def test_a_cancelled_download_goes_on_where_it_was(get: Download, hub: FakeHub, files: Files) -> None:
    control = Control(clock=get.clock)
    hub.faults.append(Fault("drip", path=f"/storage/{SHARD}", times=None))
    events = get.events_of(control)
    for event in events:
        if isinstance(event, DownloadProgress) and event.done > 2_000_000:
            control.cancel()
            break
    with pytest.raises(Cancelled):
        list(events)
    assert get.store.state(MODEL) is State.UNFINISHED
    hub.faults.clear()
    assert holds(get(), files)
    assert get.received < sum(len(content) for content in files.values())


@pytest.mark.slow
def test_a_view_that_goes_away_ends_the_download_and_keeps_what_arrived(
    get: Download, hub: FakeHub, files: Files
) -> None:
    hub.faults.append(Fault("drip", path=f"/storage/{SHARD}", times=None))
    events = get.events_of(Control())
    assert any(isinstance(event, DownloadProgress) and event.done for event in events)
    events.close()
    hub.faults.clear()
    assert holds(get(), files)


@pytest.mark.slow
def test_a_paused_download_says_so_and_takes_nothing_until_it_is_resumed(
    get: Download, hub: FakeHub, files: Files
) -> None:
    control = Control(clock=get.clock)
    control.pause()
    paused = 0
    for event in get.events_of(control):
        if isinstance(event, DownloadProgress) and event.is_paused:
            assert event.done == 0
            assert hub.asked("/resolve/") == []  # not even asked for
            paused += 1
            if paused == 2:
                control.resume()
    assert paused >= 2
    assert holds(get.store.installation(MODEL), files)


def test_a_limit_is_kept(get: Download, files: Files) -> None:
    get(control=Control(limit=1_000_000, clock=get.clock))
    total = sum(len(content) for content in files.values())
    assert get.clock.time - 1000 == pytest.approx(total / 1e6, rel=0.3)


def test_a_clock_that_jumps_ends_nothing(
    get: Download, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The PC's clock goes anywhere, and the steady one by hours, as it does while a laptop sleeps."""
    looks = itertools.count(1)

    def now() -> float:
        get.clock.time += 30_000 if next(looks) % 40 == 0 else 0.001
        return get.clock.time

    monkeypatch.setattr(get.clock, "now", now)
    monkeypatch.setattr(time, "time", lambda: 1e9 + 1e7 * (next(looks) % 7))
    assert holds(get(), files)


def test_too_small_a_disk_is_said_before_anything_is_downloaded(
    get: Download, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Disk, "free", lambda self, path: 50_000_000)
    with pytest.raises(ModelError, match=r"needs 73\.\d MB more on the disk with .*Free 23\.\d MB"):
        get()
    assert hub.asked("/resolve/") == []
    assert get.store.state(MODEL) is State.ABSENT


def test_a_folder_of_the_users_is_not_downloaded_into(get: Download, hub: FakeHub) -> None:
    folder = get.store.folder(MODEL)
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("mine")
    with pytest.raises(ModelError, match="which Chorale did not make"):
        get()
    assert [path.name for path in folder.iterdir()] == ["config.json"]


def test_files_that_are_no_model_are_not_offered_as_one(get: Download, hub: FakeHub) -> None:
    hub.files = {**hub.files, "config.json": b"{}"}
    with pytest.raises(ModelError):
        get()
    assert get.store.state(MODEL) is State.UNFINISHED


def test_hashes_that_ship_with_chorale_count_more_than_what_a_mirror_says(
    get: Download, hub: FakeHub, files: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = {"size": len(files[SHARD]), "sha256": hub.digests(SHARD)[0]}
    known = {MODEL: {"revision": COMMIT, "files": {SHARD: entry}}}
    digests = tmp_path / "digests.json"
    digests.write_text(json.dumps(known))
    monkeypatch.setattr(catalog, "DIGESTS", digests)
    hub.files = {**files, SHARD: files[SHARD][:-1] + b"x"}
    with pytest.raises(NetworkError, match="announces another model-00000-of-00001"):
        get()
    hub.files = files
    assert holds(get(), files)
    assert hub.asked(f"/revision/{COMMIT}")


def test_zeros_that_a_power_cut_left_are_fetched_again(get: Download, hub: FakeHub, files: Files) -> None:
    hub.faults += [
        Fault("cut", path=f"/storage/{SHARD}", after=3_000_000),
        Fault("status", path=f"/storage/{SHARD}", status=403, times=None),
    ]
    with pytest.raises(NetworkError):
        get()
    partial = get.store.folder(MODEL) / (SHARD + PARTIAL)
    with partial.open("r+b") as file:
        file.truncate(2_000_000)
        file.truncate(3_100_000)
    hub.faults.clear()
    hub.requests.clear()
    assert holds(get(), files)
    assert len(hub.asked(f"/storage/{SHARD}")) == 1
    assert hub.asked(f"/storage/{SHARD}")[0].headers["range"] == "bytes=2000000-"


def test_a_model_is_one_only_when_its_installation_is_whole(get: Download) -> None:
    folder = get().folder
    (folder / "README.md").write_bytes(b"")
    assert get.store.state(MODEL) is State.DAMAGED
    with pytest.raises(ModelError, match=r"README\.md has 0 bytes .* chorale models verify gpt-oss-20b"):
        get.store.installation(MODEL)
    get()
    (folder / INSTALLATION).write_text("{")
    assert get.store.state(MODEL) is State.DAMAGED
    get()
    assert get.store.state(MODEL) is State.INSTALLED
    assert get.received == 0  # every file was hashed and found good
