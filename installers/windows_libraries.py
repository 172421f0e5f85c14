"""Libraries that every supported Windows (10 from 1809, 11) has, as far as anything of ours loads them.

A name that is not here stops the build: either it is missing from the app folder, or it is part of Windows and
belongs on this list.
"""

from __future__ import annotations

SETS = ("api-ms-win-", "ext-ms-win-")  # names that Windows itself leads to its libraries

_NAMES = """
advapi32 authz avrt bcrypt bcryptprimitives cfgmgr32 combase comdlg32 crypt32 d2d1 d3d11 d3d12 d3d9
dbghelp dnsapi dwmapi dwrite dxcore dxgi gdi32 icuuc imm32 iphlpapi kernel32 mpr msvcrt ncrypt
netapi32 ntdll ole32 oleaut32 pdh powrprof propsys psapi rpcrt4 secur32 setupapi shcore shell32
shlwapi uiautomationcore user32 userenv uxtheme version winhttp winmm winspool.drv wintrust ws2_32
wtsapi32
"""
LIBRARIES = frozenset(_NAMES.split())


def is_part_of_windows(name: str) -> bool:
    """Whether Windows has this library; `name` is lower case, such as `user32.dll`."""
    return name.startswith(SETS) or name.removesuffix(".dll") in LIBRARIES
