"""The policy in force: for each thing a typed property, and for what may be refused a `check_…`.

A `Rule` is one policy that somebody set; a policy that nobody set has no rule and restricts nothing. Checks raise
`PolicyError`: one sentence for the person that says what is not allowed and names the policy, so that IT knows
which. Read next: `items`, and `reading` for where rules come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from app.policy import items
from app.policy.item import Item
from app.policy.values import DIRECT
from models.errors import PolicyError

_NO_RULES: Mapping[str, Rule] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Rule:
    """One policy that is set.

    Attributes:
        item: which.
        value: what it says, as `item.read` gives it; `item.safest` if it could not be understood.
        source: where it stands, for people: `HKLM\\Software\\Policies\\Chorale`.
        problem: the sentence that says so if it could not be understood, else empty.
    """

    item: Item
    value: Any
    source: str
    problem: str = ""

    @property
    def name(self) -> str:
        return self.item.name

    @property
    def is_broken(self) -> bool:
        return bool(self.problem)

    def refusal(self, what: str) -> PolicyError:
        """The error that refuses something; `what` completes "Your organisation …"."""
        if self.is_broken:
            return PolicyError(self.problem)
        return PolicyError(f"Your organisation {what} (policy {self.name} in {self.source}).")


@dataclass(frozen=True, slots=True)
class Policy:
    """All rules, by the policy's name.

    Attributes:
        rules: those that are set.
        problems: sentences about what could not be understood, for whoever looks after the PC.
    """

    rules: Mapping[str, Rule] = field(default_factory=lambda: _NO_RULES)
    problems: tuple[str, ...] = ()

    def rule(self, item: Item) -> Rule | None:
        """The rule about `item`; None if nobody set it."""
        return self.rules.get(item.name)

    def locking(self, key: str) -> Rule | None:
        """The rule that decides the setting named `key`; None if the person may."""
        if key == "history.keep" and (broken := self._broken(items.HISTORY_DAYS)) is not None:
            return replace(broken, value=False)
        return next((rule for rule in self.rules.values() if key in rule.item.locks), None)

    def _value(self, item: Item, otherwise: Any) -> Any:
        rule = self.rule(item)
        return otherwise if rule is None else rule.value

    def _broken(self, *which: Item) -> Rule | None:
        return next((rule for item in which if (rule := self.rule(item)) and rule.is_broken), None)

    # -- downloads -------------------------------------------------------------------------------

    @property
    def may_download(self) -> bool:
        return self._download_refusal() is None

    def check_downloads(self) -> None:
        """Raises `PolicyError` if nothing may be downloaded."""
        if (error := self._download_refusal()) is not None:
            raise error

    def _download_refusal(self) -> PolicyError | None:
        rule = self.rule(items.ALLOW_DOWNLOADS)
        if rule is not None and not rule.value:
            return rule.refusal("does not allow downloads of models")
        if (broken := self._broken(items.MIRROR_ADDRESS, items.PROXY)) is not None:
            return broken.refusal("")
        return self._change_refusal()

    @property
    def mirror(self) -> str | None:
        """The only address to download from; None for any."""
        return self._value(items.MIRROR_ADDRESS, None)  # type: ignore[no-any-return]

    def check_mirror(self, address: str) -> None:
        """Raises `PolicyError` if `address` is not the one that is to be used."""
        rule = self.rule(items.MIRROR_ADDRESS)
        if rule is not None and rule.value != address.rstrip("/"):
            raise rule.refusal(f"allows downloads only from {rule.value}")

    @property
    def proxy(self) -> str | None:
        """The proxy's address; empty for none at all; None for that of the system."""
        value = self._value(items.PROXY, None)
        return "" if value == DIRECT else value

    # -- models ----------------------------------------------------------------------------------

    @property
    def models_folder(self) -> str | None:
        """The folder of the models; None if the person may choose."""
        return self._value(items.MODEL_FOLDER, None)  # type: ignore[no-any-return]

    @property
    def shared_models_folder(self) -> str | None:
        return self._value(items.SHARED_MODEL_FOLDER, None)  # type: ignore[no-any-return]

    @property
    def may_choose_models_folder(self) -> bool:
        return self.rule(items.MODEL_FOLDER) is None

    def check_models_folder(self) -> None:
        """Raises `PolicyError` if models may be kept in no other folder."""
        if (rule := self.rule(items.MODEL_FOLDER)) is not None:
            raise rule.refusal(f"keeps models in {rule.value}")

    @property
    def may_change_models(self) -> bool:
        """Whether models may be brought, repaired, moved and removed."""
        return self._change_refusal() is None

    def check_model_changes(self) -> None:
        """Raises `PolicyError` if the models folder is only read."""
        if (error := self._change_refusal()) is not None:
            raise error

    def _change_refusal(self) -> PolicyError | None:
        rule = self.rule(items.MODEL_FOLDER_READ_ONLY)
        if rule is not None and rule.value:
            return rule.refusal("does not allow changes to the models on this PC")
        broken = self._broken(items.MODEL_FOLDER)
        return None if broken is None else broken.refusal("")

    @property
    def allowed_models(self) -> frozenset[str] | None:
        """Hashes of the models that may be used besides the demo; None for all."""
        return self._value(items.ALLOWED_MODELS, None)  # type: ignore[no-any-return]

    def check_model(self, name: str, digest: str) -> None:
        """Raises `PolicyError` if the model called `name` may not be used; `digest` is empty if not known."""
        rule = self.rule(items.ALLOWED_MODELS)
        if rule is None or digest in rule.value:
            return
        if rule.is_broken:
            raise rule.refusal("")
        what = f"does not allow the model {name}"
        if not digest:
            what = (
                f"allows only models whose hashes are known, and those of {name} are not until it is imported"
            )
        raise rule.refusal(what)

    # -- devices ---------------------------------------------------------------------------------

    def allows_device(self, kind: str) -> bool:
        """Whether models may run on `cpu`, `gpu` or `npu`."""
        return kind == "cpu" or kind in self._value(items.ALLOWED_DEVICES, ("cpu", "gpu", "npu"))

    def check_device(self, kind: str) -> None:
        """Raises `PolicyError` if models may not run on `cpu`, `gpu` or `npu`."""
        rule = self.rule(items.ALLOWED_DEVICES)
        if rule is not None and not self.allows_device(kind):
            allowed = ", ".join(name for name in ("cpu", "gpu", "npu") if self.allows_device(name))
            raise rule.refusal(f"allows models to run only on: {allowed}")

    # -- conversations ---------------------------------------------------------------------------

    @property
    def history_allowed(self) -> bool:
        """Whether conversations may be kept."""
        return bool(self._value(items.KEEP_HISTORY, True)) and not self._broken(items.HISTORY_DAYS)

    @property
    def history_forced(self) -> bool:
        """Whether conversations are kept whatever the person chose."""
        return self.history_allowed and self.rule(items.KEEP_HISTORY) is not None

    @property
    def history_days(self) -> int | None:
        """How many days conversations are kept; None if the person may choose."""
        return self._value(items.HISTORY_DAYS, None)  # type: ignore[no-any-return]

    @property
    def history_encryption_required(self) -> bool:
        """Whether conversations may be kept only encrypted."""
        return bool(self._value(items.REQUIRE_ENCRYPTION, False))

    def check_history(self) -> None:
        """Raises `PolicyError` if no conversation may be kept."""
        if self.history_allowed:
            return
        for item in (items.KEEP_HISTORY, items.HISTORY_DAYS):
            if (rule := self.rule(item)) is not None and (rule.is_broken or not rule.value):
                raise rule.refusal("does not allow conversations to be kept")

    def check_unprotected_history(self) -> None:
        """Raises `PolicyError` if conversations may be kept only encrypted."""
        rule = self.rule(items.REQUIRE_ENCRYPTION)
        if rule is not None and rule.value:
            raise rule.refusal("allows conversations to be kept only encrypted")

    # -- what can be used ------------------------------------------------------------------------

    @property
    def may_attach_documents(self) -> bool:
        return bool(self._value(items.ALLOW_DOCUMENTS, True))

    def check_documents(self) -> None:
        """Raises `PolicyError` if no document may be read."""
        self._check_switch(items.ALLOW_DOCUMENTS, "does not allow documents in Chorale")

    @property
    def may_use_tools(self) -> bool:
        return bool(self._value(items.ALLOW_TOOLS, True))

    @property
    def may_serve(self) -> bool:
        """Whether other programs may talk to models through Chorale."""
        return bool(self._value(items.ALLOW_LOCAL_SERVER, True))

    def check_server(self) -> None:
        """Raises `PolicyError` if there may be no local server."""
        self._check_switch(items.ALLOW_LOCAL_SERVER, "does not allow the local server")

    def _check_switch(self, item: Item, what: str) -> None:
        rule = self.rule(item)
        if rule is not None and not rule.value:
            raise rule.refusal(what)

    # -- upkeep ----------------------------------------------------------------------------------

    @property
    def may_look_for_updates(self) -> bool:
        return bool(self._value(items.UPDATE_CHECK, False))

    @property
    def keep_logs(self) -> bool | None:
        """Whether log files are written; None if the person may choose."""
        return self._value(items.KEEP_LOGS, None)  # type: ignore[no-any-return]

    @property
    def log_level(self) -> str:
        """`error`, `warning` or `info`."""
        return str(self._value(items.LOG_LEVEL, "info"))


NO_POLICY = Policy()
