"""The installed app under Wine, as on a PC without Python: its launchers, its engine process, its window.

Marked and wanted as `test_windows` says. What a real PC would add: SmartScreen, Defender, GPUs, speed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from installers.app_folder import CODE, Order, build, digest, sizes
from installers.build import epoch
from installers.target import X64
from runtime.kernels.build import BuildError
from tests.windows import packaging, place
from tests.windows.app import run_app, run_programs
from tests.windows.run import run_python
from tests.windows.screen import colours_of, read_screen
from tests.windows.test_windows import whole, windows  # noqa: F401 (a fixture for all)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.windows,
    pytest.mark.skipif(sys.platform == "win32", reason="this is Windows"),
]

LARGEST_BYTES = 250_000_000
PROFILE = "Jürgen Ünal 東京"
WINDOW = r"""
before=$(cksum < /tmp/Xvfb_screen0)
/usr/bin/wine "$1" --demo &
same=0
for i in $(seq 1 150); do
  sleep 0.4
  now=$(cksum < /tmp/Xvfb_screen0)
  if [ "$now" = "$last" ] && [ "$now" != "$before" ]; then same=$((same + 1)); else same=0; fi
  last=$now
  [ $same -ge 2 ] && ps ax -o args | grep -q '[m]ultiprocessing-fork' && break
done
cp /tmp/Xvfb_screen0 /scratch/screen.xwd
ps ax -o args | grep -i '[c]horale.exe'
"""


@pytest.fixture(scope="module")
def app(windows: None) -> Iterator[Path]:  # noqa: F811
    try:
        yield packaging.app()
    except BuildError as error:
        pytest.fail(str(error))


def test_the_installed_app_is_small_and_says_what_it_contains(app: Path) -> None:
    assert sum(sizes(app).values()) <= LARGEST_BYTES
    listed = {part["name"] for part in json.loads((app / "sbom.cdx.json").read_text("utf-8"))["components"]}
    assert {"cpython", "numpy", "pyside6-essentials", "chorale.exe", "python/python312.dll"} <= listed
    page = (app / "THIRD-PARTY.html").read_text("utf-8")
    for words in ("LESSER GENERAL PUBLIC LICENSE", "PYTHON SOFTWARE FOUNDATION LICENSE", "OpenBLAS"):
        assert words in page


def test_nothing_installed_is_source_or_names_the_machine_that_built_it(app: Path) -> None:
    files = [path for path in app.rglob("*") if path.is_file()]
    assert [path for path in files if path.suffix in (".py", ".pyi", ".pdb", ".lib")] == []
    marks = [str(place.ROOT).encode(), str(packaging.scratch()).encode(), b"files.pythonhosted"]
    found = [(path, mark) for path in files for mark in marks if mark in path.read_bytes()]
    assert found == []


def test_two_builds_are_the_same_to_the_byte(app: Path, tmp_path: Path) -> None:
    build(Order(X64, place.DOWNLOADS, epoch()), tmp_path / "again")
    assert digest(tmp_path / "again") == digest(app)


def test_every_module_of_ours_finds_what_it_imports(app: Path) -> None:
    """With the harness's Windows Python, because the app's own runs Chorale and nothing else."""
    modules = [
        ".".join(path.relative_to(app / "chorale").with_suffix("").parts).removesuffix(".__init__")
        for folder in CODE
        for path in sorted((app / "chorale" / folder).rglob("*.pyc"))
    ]
    text = (
        "import importlib, sys; sys.path[:] = [p for p in sys.path if 'site-packages' not in p and p]\n"
        r"sys.path += ['Z:\\scratch\\chorale', 'Z:\\scratch\\packages']"
        f"\nfor name in {modules!r}:\n    importlib.import_module(name)\nprint(len(sys.modules))"
    )
    done = run_python(["-I", "-c", text], scratch=app, capture=True)
    assert done.returncode == 0, done.stdout[-3000:]


def test_doctor_runs_with_the_apps_own_python_whatever_the_environment_says(app: Path) -> None:
    hostile = {"PYTHONHOME": r"C:\nowhere", "PYTHONPATH": r"C:\nowhere", "PYTHONSTARTUP": "x.py"}
    done = run_app(app, ["doctor"], environment=hostile)
    assert done.returncode == 0, done.stdout
    assert "python: 3.12" in done.stdout
    assert "kernels: a" in done.stdout  # avx…
    assert r"model demo: Z:\app\chorale\models\demo, complete" in done.stdout


def test_mistakes_are_one_sentence_and_an_exit_code(app: Path) -> None:
    done = run_app(app, ["nonsense"])
    assert (done.returncode, done.stdout.count("\n")) == (2, 1), done.stdout
    assert done.stdout.startswith("chorale: ")


@pytest.mark.parametrize("where", [f"users/{PROFILE}/AppData/Local/Programs/Chorale", "long"])
def test_the_demo_answers_from_any_folder(app: Path, tmp_path: Path, where: str) -> None:
    if where == "long":
        where = "/".join(["a folder with a long name, as they come from projects " + "x" * 40] * 3)
    folder = f"/wine/drive_c/{where}"
    program = "C:\\" + where.replace("/", "\\") + "\\chorale-cli.exe"
    assert len(program) > 260 or PROFILE in where
    local = f"Z:\\scratch\\{PROFILE}\\Local"
    (tmp_path / PROFILE).mkdir()
    done = run_programs(
        '/usr/bin/wine "$@"',
        binds={folder: str(app), "/scratch": str(tmp_path)},
        arguments=[
            program,
            "ask",
            "What is Chorale? Übung 東京",
            "--model",
            "demo",
            "--temperature",
            "0",
            "--json",
        ],
        environment={"WIN_PD_OVERRIDE_LOCAL_APPDATA": local},
    )
    assert done.returncode == 0, done.stdout
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert "".join(event.get("text", "") for event in events if event["type"] == "text")
    assert list(
        (tmp_path / PROFILE / "Local").rglob("*.safetensors")
    )  # derived weights, in the user's folder


def test_the_window_opens_and_its_engine_is_a_process_of_its_own(app: Path, tmp_path: Path) -> None:
    done = run_programs(
        WINDOW,
        binds={"/app": str(app), "/scratch": str(tmp_path)},
        arguments=["Z:\\app\\chorale.exe"],
        display=True,
        timeout_s=180,
    )
    picture = read_screen(tmp_path / "screen.xwd")
    picture.save(str(tmp_path / "screen.png"))
    assert colours_of(picture) > 50, done.stdout
    assert "--multiprocessing-fork" in done.stdout


@pytest.mark.parametrize("missing", ["python312.dll", "python312.zip"])
def test_a_damaged_installation_says_so_and_what_to_do(app: Path, missing: str) -> None:
    script = f"cp -r /app /tmp/broken && rm /tmp/broken/python/{missing} && /usr/bin/wine 'Z:\\tmp\\broken\\chorale-cli.exe' doctor"
    done = run_programs(script, binds={"/app": str(app)})
    assert done.returncode != 0
    if missing == "python312.dll":
        assert done.stdout.startswith("chorale: Chorale cannot start: python\\python312.dll cannot be loaded")
