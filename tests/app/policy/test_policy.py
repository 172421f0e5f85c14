"""What a policy says of each thing, and how it refuses: one sentence that names it."""

from __future__ import annotations

import pytest

from app.policy import ITEMS
from app.policy.item import SECTION_WORDS, Kind
from app.settings import all_settings
from models.errors import PolicyError
from tests.fakes.registry import policy_of

HASH = "ab" * 32


def test_a_refusal_names_the_policy_and_where_it_stands() -> None:
    with pytest.raises(PolicyError) as refused:
        policy_of(AllowDownloads=0).check_downloads()
    assert refused.value.user_text == (
        r"Your organisation does not allow downloads of models "
        r"(policy AllowDownloads in HKLM\Software\Policies\Chorale)."
    )


def test_what_is_allowed_in_words_is_not_refused() -> None:
    policy = policy_of(
        AllowDownloads=1, AllowDocuments=1, KeepHistory=1, AllowLocalServer=1, ModelFolderReadOnly=0
    )
    policy.check_downloads()
    policy.check_documents()
    policy.check_history()
    policy.check_server()
    policy.check_model_changes()


def test_only_the_mirror_may_be_asked() -> None:
    policy = policy_of(MirrorAddress="https://mirror.example.org")
    policy.check_mirror("https://mirror.example.org/")
    with pytest.raises(PolicyError, match=r"downloads only from https://mirror\.example\.org"):
        policy.check_mirror("https://elsewhere.example.org")


def test_models_that_are_only_read_cannot_be_downloaded_either() -> None:
    with pytest.raises(PolicyError, match="ModelFolderReadOnly"):
        policy_of(ModelFolderReadOnly=1, AllowDownloads=1).check_downloads()


def test_models_are_allowed_by_their_hash() -> None:
    policy = policy_of(AllowedModels=[HASH.upper()])
    policy.check_model("mine", HASH)
    with pytest.raises(PolicyError, match="does not allow the model other"):
        policy.check_model("other", "cd" * 32)
    with pytest.raises(PolicyError, match="until it is imported"):
        policy.check_model("plain", "")


def test_the_cpu_is_always_allowed() -> None:
    policy = policy_of(AllowedDevices="npu")
    policy.check_device("cpu")
    with pytest.raises(PolicyError, match="only on: cpu, npu"):
        policy.check_device("gpu")


def test_a_typing_mistake_in_the_days_removes_no_conversation() -> None:
    policy = policy_of(HistoryDays="seven", KeepHistory=1)
    assert policy.history_days is None
    assert not policy.history_allowed
    with pytest.raises(PolicyError, match="HistoryDays"):
        policy.check_history()
    rule = policy.locking("history.keep")
    assert rule is not None
    assert rule.value is False


def test_conversations_unprotected_are_refused_where_encryption_is_required() -> None:
    policy_of(RequireEncryption=0).check_unprotected_history()
    with pytest.raises(PolicyError, match="only encrypted"):
        policy_of(RequireEncryption=1).check_unprotected_history()


def test_each_policy_locks_settings_that_exist() -> None:
    keys = {setting.key for setting in all_settings()}
    locked = [key for item in ITEMS for key in item.locks]
    assert set(locked) <= keys
    assert len(locked) == len(set(locked))
    assert {setting.key for setting in all_settings() if setting.lockable} == set(locked)


def test_every_policy_says_what_it_does_in_both_languages() -> None:
    assert len({item.name for item in ITEMS}) == len(ITEMS) >= 17
    for item in ITEMS:
        assert item.name.isalpha()
        for words in (item.title, item.sentence, item.then, SECTION_WORDS[item.section]):
            assert words.en
            assert words.de
        assert item.sentence.en.endswith(".")
        assert item.sentence.de.endswith(".")
        assert item.sentence.en != item.sentence.de
        assert bool(item.most) == (item.kind is Kind.NUMBER)
