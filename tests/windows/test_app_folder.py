"""The installed app under Wine, as on a PC without Python: its launchers, its engine process, its window.

Marked and wanted as `test_windows` says. What a real PC would add: SmartScreen, Defender, GPUs, speed.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from installers import bytecode
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
/usr/bin/wine "$1" --demo &
for i in $(seq 1 150); do
  sleep 0.4
  ps ax -o args | grep -q '[m]ultiprocessing-fork' && [ "$((ready += 1))" -ge 15 ] && break
done
cp /tmp/Xvfb_screen0 /scratch/screen.xwd
ps ax -o args | grep -i '[c]horale.exe'
"""


@pytest.fixture(scope="module")
def app(windows: None) -> Iterator[Path]:  # noqa: F811
    try:
        bytecode.find_python()
    except BuildError as reason:
        pytest.skip(str(reason))
    yield packaging.app()


def test_the_installed_app_is_small_and_says_what_it_contains(app: Path) -> None:
    assert sum(sizes(app).values()) <= LARGEST_BYTES
    listed = {part["name"] for part in json.loads((app / "sbom.cdx.json").read_text("utf-8"))["components"]}
    assert {"cpython", "numpy", "pyside6-essentials", "chorale.exe", "python/python312.dll"} <= listed
    assert {"pyside6-addons", "packages/PySide6/Qt6TextToSpeech.dll"} <= listed
    page = (app / "THIRD-PARTY.html").read_text("utf-8")
    for words in ("LESSER GENERAL PUBLIC LICENSE", "PYTHON SOFTWARE FOUNDATION LICENSE", "OpenBLAS"):
        assert words in page


def test_nothing_installed_is_source_or_names_the_machine_that_built_it(app: Path) -> None:
    files = [path for path in app.rglob("*") if path.is_file()]
    assert [path for path in files if path.suffix in (".py", ".pyi", ".pdb", ".lib")] == []
    marks = [str(place.ROOT).encode(), str(packaging.scratch()).encode(), b"files.pythonhosted"]
    found = [(path, mark) for path in files for mark in marks if mark in path.read_bytes()]
    assert found == []


@whole
def test_two_builds_are_the_same_to_the_byte(app: Path, tmp_path: Path) -> None:
    build(Order(X64, place.DOWNLOADS, epoch()), tmp_path / "again")
    assert digest(tmp_path / "again") == digest(app)


def test_every_module_of_ours_finds_what_it_imports(app: Path) -> None:
    """With the harness's Windows Python, because the app's own runs Chorale and nothing else."""
    modules = [
        ".".join(path.relative_to(app / "chorale").with_suffix("").parts).removesuffix(".__init__")
        for folder in CODE
        for path in sorted((app / "chorale" / folder).rglob("*.pyc"))
        if path.name != "llama_cpp.pyc"  # measures that program, where it is installed
    ]
    text = (
        "import importlib, sys; sys.path[:] = [p for p in sys.path if 'site-packages' not in p and p]\n"
        r"sys.path += ['Z:\\scratch\\chorale', 'Z:\\scratch\\packages']"
        f"\nfor name in {modules!r}:\n    importlib.import_module(name)\nprint(len(sys.modules))"
    )
    done = run_python(["-I", "-c", text], scratch=app, capture=True)
    assert done.returncode == 0, done.stdout[-3000:]


def test_reading_aloud_finds_qts_engines_and_asks_none_that_has_no_voice(app: Path) -> None:
    """As `test_every_module…`. No engine is opened: none has a voice under Wine, and one would end the program."""
    text = (
        "import os, sys; sys.path[:] = [p for p in sys.path if 'site-packages' not in p and p]\n"
        r"sys.path += ['Z:\\scratch\\chorale', 'Z:\\scratch\\packages']"
        "\nfrom PySide6.QtTextToSpeech import QTextToSpeech\nfrom ui import system_speech\n"
        "print(sorted(QTextToSpeech.availableEngines()), 'winrt' in system_speech._engines(), flush=True)\n"
        "os._exit(0)"
    )
    done = run_python(["-I", "-c", text], scratch=app, capture=True)
    assert "['sapi', 'winrt'] False" in done.stdout, done.stdout[-3000:]


def test_doctor_runs_with_the_apps_own_python_whatever_the_environment_says(
    app: Path, tmp_path: Path
) -> None:
    script = r"""
export PYTHONHOME='C:\nowhere' PYTHONPATH='C:\nowhere' PYTHONSTARTUP=x.py PYTHONINSPECT=1
cd /scratch && exec /usr/bin/wine 'Z:\app\chorale-cli.exe' doctor
"""
    (tmp_path / "json.py").write_text("raise SystemExit('the current folder was searched')")
    done = run_programs(script, binds={"/app": str(app), "/scratch": str(tmp_path)})
    assert done.returncode == 0, done.stdout
    assert "python: 3.12" in done.stdout
    assert "kernels: a" in done.stdout  # avx…
    assert r"model demo: Z:\app\chorale\models\demo, complete" in done.stdout


def test_mistakes_are_one_sentence_and_an_exit_code(app: Path) -> None:
    done = run_app(app, ["nonsense"])
    assert (done.returncode, done.stdout.count("\n")) == (2, 1), done.stdout
    assert done.stdout.startswith("chorale: ")


@pytest.mark.parametrize(
    "long", [False, pytest.param(True, marks=whole)], ids=["unicode", "over 260 characters"]
)
def test_the_demo_answers_from_folders_of_any_name(app: Path, tmp_path: Path, long: bool) -> None:
    """The app's folder, the user's, a document's and (where Wine can) the model's."""
    inner = "/".join([PROFILE, *(["projects of the department, 2026, " + "x" * 60] * (3 if long else 0))])
    folder = f"/wine/drive_c/users/{PROFILE}/AppData/Local/Programs/Chorale"
    (tmp_path / inner).mkdir(parents=True)
    (tmp_path / inner / "Bericht.txt").write_text("Chorale runs offline.", encoding="utf-8")
    there = "Z:\\scratch\\" + inner.replace("/", "\\")
    assert len(there) > 260 or not long
    model = "demo"
    if not long:  # Wine's GetFinalPathNameByHandle, unlike Windows', ends at 260
        shutil.copytree(app / "chorale" / "models" / "demo", tmp_path / inner / "demo")
        model = f"{there}\\demo"
    done = run_programs(
        '/usr/bin/wine "$@"',
        binds={folder: str(app), "/scratch": str(tmp_path)},
        arguments=[
            f"C:\\users\\{PROFILE}\\AppData\\Local\\Programs\\Chorale\\chorale-cli.exe",
            *("ask", "What is Chorale? Übung 東京", "--model", model, "--temperature", "0", "--json"),
            *("--attach", f"{there}\\Bericht.txt"),
        ],
        environment={"WIN_PD_OVERRIDE_LOCAL_APPDATA": f"{there}\\Local"},
    )
    assert done.returncode == 0, done.stdout
    events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert "".join(event["text"] for event in events if event["type"] == "text")
    assert list((tmp_path / inner / "Local").rglob("*.safetensors"))  # derived weights, in the user's folder


def test_a_folder_too_deep_for_python_is_refused_in_a_sentence(app: Path) -> None:
    deep = "/".join(["x" * 80] * 2)
    script = f"""/usr/bin/wine 'C:\\{deep.replace("/", chr(92))}\\chorale-cli.exe' doctor"""
    done = run_programs(script, binds={f"/wine/drive_c/{deep}": str(app)})
    assert done.returncode == 1
    assert "longer than 150 characters" in done.stdout


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


@whole
def test_a_graphics_card_passes_its_self_test(app: Path) -> None:
    """DirectML of the app's own, on a card in software: a minute and a half, some minutes on a busy machine."""
    if not place.is_ready(directml=True):
        pytest.skip("DirectML is not set up; run: python -m tests.windows.setup --directml")
    script = r"/usr/bin/wine 'Z:\app\chorale-cli.exe' devices --test --model demo --json"
    done = run_programs(script, binds={"/app": str(app)}, display=True, timeout_s=1200)
    assert done.returncode == 0, done.stdout
    results = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert [(result["device"], result["passed"]) for result in results] == [("dml:0", True)]
    assert results[0]["numbers"]["whole"]["positions"] > 100


@pytest.mark.parametrize("missing", ["python312.dll", "python312.zip"])
def test_a_damaged_installation_says_so_and_what_to_do(app: Path, missing: str) -> None:
    script = f"cp -r /app /tmp/broken && rm /tmp/broken/python/{missing} && /usr/bin/wine 'Z:\\tmp\\broken\\chorale-cli.exe' doctor"
    done = run_programs(script, binds={"/app": str(app)})
    assert done.returncode != 0
    if missing == "python312.dll":
        assert done.stdout.startswith("chorale: Chorale cannot start: python\\python312.dll cannot be loaded")
