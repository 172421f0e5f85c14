"""What a failing GPU says becomes a sentence that tells people what happened and what to do."""

from __future__ import annotations

import pickle

import pytest

from models.errors import EngineError
from runtime.device_errors import DeviceError, Trouble, device_error, trouble_of

PLACE = (
    r"[ONNXRuntimeError] : 1 : FAIL : D:\a\_work\1\s\onnxruntime\core\providers\dml\DmlExecutionProvider\src"
    r"\ExecutionProvider.cpp(962)\onnxruntime_pybind11_state.pyd!00007FFABA30B0B1: (caller: 00007FFABA30B740) "
    "Exception(3) tid(5a68) "
)
FUSED = (
    "DirectML execution failed because of a device-lost / removal-class error. Windows may report this as "
    "'invalid command' via FormatMessage. ExecuteCommandList HRESULT=0x887A0005, "
    "ID3D12Device::GetDeviceRemovedReason=0x887A0006, IDMLDevice::GetDeviceRemovedReason=0x887A0005."
)


@pytest.mark.parametrize(
    ("text", "trouble", "words"),
    [
        (PLACE + "887A0005 The GPU device instance has been suspended.", Trouble.LOST, "was unplugged"),
        (PLACE + "887A0006 The GPU will not respond to more commands, most likely because of an invalid command "
         "passed by the calling application.", Trouble.LOST, "took longer than Windows allows"),
        (PLACE + "887A0007", Trouble.LOST, "was reset"),
        (PLACE + "887A0020", Trouble.LOST, "its driver failed"),
        (PLACE + "887A0002", Trouble.LOST, "is not there any more"),
        (PLACE + "8007000E Not enough memory resources are available to complete this operation.",
         Trouble.MEMORY, "ran out of memory"),
        (PLACE + "8007000E Für diesen Vorgang sind nicht genügend Speicherressourcen verfügbar.",
         Trouble.MEMORY, "ran out of memory"),
        ("Failed to allocate memory for requested buffer of size 8589934592", Trouble.MEMORY, "ran out of"),
        ("BFC Arena ran out of memory trying to allocate 8 bytes", Trouble.MEMORY, "ran out of memory"),
        (FUSED, Trouble.LOST, "took longer than Windows allows"),
        (PLACE + "887A0004 The specified device interface or feature level is not supported on this system.",
         Trouble.UNSUPPORTED, "does not support what the model needs"),
        ("dml_provider_factory.cc:340 DXCore is not available on this platform. This is expected on older "
         "versions of Windows.", Trouble.UNSUPPORTED, "needs a newer Windows"),
        ("onnxruntime::ParseFilter Invalid Filter provided for DirectML EP device selection.",
         Trouble.UNSUPPORTED, "DirectML is built for GPUs only"),
        ("No devices detected that match the filter criteria.", Trouble.UNSUPPORTED, "is not offered to DirectML"),
        ("This session contains graph nodes that are assigned to the default CPU EP, but fallback to CPU EP has "
         "been explicitly disabled by the user.", Trouble.UNSUPPORTED, "lacks an operation"),
        (PLACE + "80004005 Unspecified error", Trouble.OTHER, "failed without saying why"),
        (PLACE + "8BADF00D", Trouble.OTHER, "failed (error 8BADF00D)"),
        ("something nobody has seen", Trouble.OTHER, "Any GPU failed."),
        ("", Trouble.OTHER, "Any GPU failed."),
    ],
)  # fmt: skip
def test_an_error_of_directml_says_what_happened_and_what_to_do(
    text: str, trouble: Trouble, words: str
) -> None:
    error = device_error("Any GPU", text)
    assert trouble_of(text) is error.trouble is trouble
    assert words in error.user_text
    assert error.user_text.startswith("Any GPU ")
    assert error.user_text.endswith(", or choose the device cpu.")
    assert error.detail == text
    assert "\n" not in error.user_text


@pytest.mark.parametrize(
    "text",
    [
        "Failed to find kernel for com.microsoft.MoE(1) (node:'x' ep:'DmlExecutionProvider').",
        "[ONNXRuntimeError] : 9 : NOT_IMPLEMENTED : Could not find an implementation for com.microsoft.MoE(1) node",
    ],
)
def test_an_operation_that_the_device_lacks_is_named(text: str) -> None:
    assert "lacks an operation of the model's, com.microsoft.MoE" in device_error("Any NPU", text).user_text


def test_the_operation_under_way_is_named_where_the_device_does_not_support_it() -> None:
    text = (
        f"Non-zero status code returned while running TopK node. Name:'top' Status Message: {PLACE}887A0004"
    )
    assert (
        "does not support what the model needs, in TopK (error 887A0004)"
        in device_error("NPU", text).user_text
    )
    lost = text.replace("887A0004", "887A0006")
    assert "TopK" not in device_error("NPU", lost).user_text


def test_only_who_was_answered_hears_that_the_answer_is_kept() -> None:
    text = PLACE + "887A0005"
    assert "The answer so far is kept" in device_error("Any GPU", text, answering=True).user_text
    assert "answer" not in device_error("Any GPU", text).user_text


def test_numbers_within_addresses_are_not_taken_for_errors() -> None:
    assert trouble_of("at 00007FFA887A0005 and 887A000512 and x8007000E") is Trouble.OTHER


def test_an_error_crosses_the_pipe_whole_and_counts_as_the_engines() -> None:
    error = device_error("Any GPU", PLACE + "887A0005")
    assert isinstance(error, EngineError)
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, DeviceError)
    assert (again.user_text, again.detail, again.trouble) == (error.user_text, error.detail, error.trouble)
