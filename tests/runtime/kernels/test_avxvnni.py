"""The avxvnni kernel where no CPU has AVX-VNNI: the same source in AVX-512's form of the same instruction.

AVX-VNNI's dot product (VEX) and AVX-512 VNNI's (EVEX, 256 bits wide) differ in how they are written down and in
nothing else. So a build for tests compiles the avxvnni files with AVX-512's flags, and runs them on a CPU that
has those; and what ships is compiled to assembly and read, to see that it holds the VEX form alone.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from runtime import kernels
from runtime.kernels import build as building
from runtime.kernels.place import host_target, library_file
from tests.runtime.kernels import test_linear as linear_tests
from tests.runtime.kernels import test_mxfp4_moe as moe_tests
from tests.runtime.kernels.direct import run_linear, run_moe
from tests.runtime.kernels.kernel_reference import Experts

NAME = "avxvnni"


def assembly(file: Path, flags: list[str], folder: Path) -> str:
    """A C file compiled as it ships, as the compiler's assembly."""
    made = folder / f"{file.stem}.s"
    arguments = ["-target", building.TARGETS["x86_64-linux-gnu"], *building.COMMON, "-mcpu=baseline", *flags]
    building.run_compiler([*arguments, "-Wno-unused-command-line-argument", "-S", str(file), "-o", str(made)])
    return made.read_text()


@pytest.fixture(scope="module")
def as_evex(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """In this module, the library is one whose avxvnni uses AVX-512's form; skipped where that cannot run."""
    if sys.platform == "win32":
        pytest.skip("there is no compiler in the tests on Windows")
    if "avx512vnni" not in kernels.supported():
        pytest.skip("this CPU has neither form, or AVX-VNNI itself, which the other tests run")
    folder = tmp_path_factory.mktemp("evex")
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(building.X86_FLAGS, NAME, building.AVX512_VNNI)
        patch.setattr(building, "COMMON", [*building.COMMON, "-DCK_AVXVNNI_AS_EVEX"])
        built = building._compile(host_target(), folder)
    assert built != library_file(host_target())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernels, "library_path", lambda: built)
        kernels.library.cache_clear()
        yield
    kernels.library.cache_clear()


@pytest.fixture
def avxvnni(as_evex: None) -> Iterator[str]:
    """The kernel, selected; at the end the counters must show that it ran, and no other."""
    assert NAME in kernels.supported()
    kernels.select(NAME)
    before = kernels.calls(NAME)
    yield NAME
    assert kernels.calls(NAME) > before, f"{NAME} was selected, and never ran"


@pytest.mark.slow  # the build
@pytest.mark.parametrize("count", moe_tests.TOKEN_COUNTS)
@pytest.mark.parametrize(("hidden", "width"), moe_tests.SIZES)
def test_expert_layers_match_float64(avxvnni: str, hidden: int, width: int, count: int) -> None:
    moe_tests.test_answers_match_float64(avxvnni, hidden, width, count)


@pytest.mark.slow
def test_a_token_does_not_depend_on_its_company(avxvnni: str) -> None:
    moe_tests.test_a_token_does_not_depend_on_its_company(avxvnni)
    linear_tests.test_a_token_does_not_depend_on_its_company(avxvnni, "int8")


@pytest.mark.slow
def test_sums_are_those_of_avx2_to_the_bit(avxvnni: str) -> None:
    layer = Experts(160, 224, experts=4, top_k=3, seed=6)
    rng = np.random.default_rng(3)
    weight = rng.integers(-128, 128, (43, 160), dtype=np.int8)
    scales = rng.uniform(0.001, 0.01, (43, 5)).astype(np.float16)
    for count in (1, 3, 40):
        x = moe_tests.tokens(count, 160)
        kernels.select(NAME)
        experts, dense = run_moe(layer, x), run_linear(x, weight, scales)
        kernels.select("avx2")
        assert np.array_equal(run_moe(layer, x), experts)
        assert np.array_equal(run_linear(x, weight, scales), dense)


@pytest.mark.slow
def test_no_byte_outside_the_weights_is_read(as_evex: None) -> None:
    code = """
import sys
from pathlib import Path
from runtime import kernels
kernels.library_path = lambda: Path(sys.argv[1])
assert "avxvnni" in kernels.supported()
from tests.runtime.kernels.test_memory_bounds import run_everything
run_everything()
"""
    command = [sys.executable, "-c", code, str(kernels.library_path())]
    repository = Path(__file__).resolve().parents[3]
    result = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert result.stdout == "all read within bounds\n", f"exit code {result.returncode}: {result.stderr}"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there is no compiler in the tests on Windows")
def test_what_ships_holds_the_vex_form_alone(tmp_path: Path) -> None:
    for file in building.SOURCES.glob("avxvnni*.c"):
        text = assembly(file, building.X86_FLAGS[NAME], tmp_path)
        assert text.count("{vex}\tvpdpbusd") > 8
        assert len(re.findall(r"vpdpbusd", text)) == text.count("{vex}\tvpdpbusd")
        assert not re.search(r"%zmm|%[xy]mm(1[6-9]|2\d|3[01])|%k[0-7]|\{1to\d", text)
