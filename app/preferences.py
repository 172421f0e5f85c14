"""What the settings page shows and changes: every setting that has a look, the processors, what is managed.

    preferences = Preferences(house.settings, writer, house.policy, house.installs)
    for preference in preferences.shown(): ...
    preferences.set("window.theme", "dark")         # returns at once

The page knows no file and no registry; it has these values. Read next: `setting`, `ui.settings.settings_page`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.installs import Installs
from app.policy import Policy, Rule
from app.policy.item import Kind
from app.policy.items import REQUIRE_ENCRYPTION
from app.setting import Look, Setting
from app.settings import Settings, all_settings
from app.wording import NO_WORDS, Words
from models.errors import PolicyError
from runtime.devices import list_devices
from runtime.devices.pin import Pin
from runtime.events import Device, DeviceKind

Value = str | int | float | bool | None

_AUTO = Words("Automatic", "Automatisch")
_AUTO_NOTE = Words(
    "A graphics card with enough memory of its own, else the CPU.",
    "Eine Grafikkarte mit genug eigenem Speicher, sonst die CPU.",
)
_YES, _NO = Words("Yes", "Ja"), Words("No", "Nein")
_GONE = Words("It is not there now.", "Er ist jetzt nicht da.")


class Keep(Protocol):
    """What remembers; `app.settings_writer.SettingsWriter` is one."""

    def get(self, key: str) -> Value: ...

    def set(self, key: str, value: Value) -> None: ...


@dataclass(frozen=True, slots=True)
class Managed:
    """What the organisation decided about something.

    Attributes:
        title: the policy's.
        sentence: what it does, or that it cannot be understood.
        value: what was decided; empty if it cannot be understood.
        source: where it stands; empty if the sentence says so.
    """

    title: Words
    sentence: Words
    value: Words
    source: str


@dataclass(frozen=True, slots=True)
class Preference:
    """A setting as the page shows it.

    Attributes:
        key: its name.
        look: its words and its control.
        value: as it is now; `default` as it was before anybody chose.
        managed: the policy that decides it; None if the person may.
    """

    key: str
    look: Look
    value: Value
    default: Value
    managed: Managed | None = None


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """A processor that may be chosen.

    Attributes:
        value: what the setting is set to.
        title: its name.
        note: a sentence about it, or why it cannot be chosen.
        is_allowed: whether it can be.
    """

    value: str
    title: Words
    note: Words
    is_allowed: bool = True


class Preferences:
    """The settings of one user, for a page; see `ui.services.PreferencesInterface`."""

    def __init__(
        self,
        settings: Settings,
        keep: Keep,
        installs: Installs,
        devices: Callable[[], Sequence[Device]] = list_devices,
    ) -> None:
        self._policy: Policy = settings.policy
        self._keep = keep
        self._installs = installs
        self._devices = devices

    def shown(self) -> tuple[Preference, ...]:
        """All of them, as they are now, in order."""
        return tuple(
            self._preference(setting, setting.look) for setting in all_settings() if setting.look is not None
        )

    def _preference(self, setting: Setting[object], look: Look) -> Preference:
        rule = self._policy.locking(setting.key)
        managed = None if rule is None else _managed(rule)
        value = self._keep.get(setting.key)
        default: Value = setting.default  # type: ignore[assignment]
        if setting.key == "models_folder":
            value, default = str(self._installs.models_folder), str(self._installs.models_folder)
        return Preference(setting.key, look, default if value is None else value, default, managed)

    def set(self, key: str, value: Value) -> None:
        """Remember a choice. Raises `ValueError` or `TypeError` for one that cannot be, `PolicyError`."""
        if (rule := self._policy.locking(key)) is not None:
            raise rule.refusal(f"decides the setting {key}")
        self._keep.set(key, value)

    def devices(self) -> tuple[DeviceChoice, ...]:
        """What the setting `device` can be; the one that is chosen is always among them. Takes a while."""
        choices = [DeviceChoice("auto", _AUTO, _AUTO_NOTE)]
        choices.extend(self._choice(device) for device in self._devices())
        chosen = self._keep.get("device")
        if isinstance(chosen, str) and chosen not in {choice.value for choice in choices}:
            pin = Pin.parse(chosen)
            same = pin.find(self._devices()) if pin is not None else None
            if pin is not None and same is not None:  # the same card after a reboot or a new driver
                found = str(Pin.of(same))
                choices = [
                    DeviceChoice(chosen, choice.title, choice.note, choice.is_allowed)
                    if choice.value == found
                    else choice
                    for choice in choices
                ]
            else:
                name = pin.name if pin is not None else chosen
                choices.append(DeviceChoice(chosen, Words(name, name), _GONE))
        return tuple(choices)

    def _choice(self, device: Device) -> DeviceChoice:
        kind = device.kind.value
        value = "cpu" if device.kind is DeviceKind.CPU else str(Pin.of(device))
        title = Words(f"{kind.upper()}: {device.name}", f"{kind.upper()}: {device.name}")
        try:
            self._policy.check_device(kind)
        except PolicyError as error:
            return DeviceChoice(value, title, Words(error.user_text, error.user_text), is_allowed=False)
        if device.why_not:
            return DeviceChoice(value, title, Words(device.why_not, device.why_not), is_allowed=False)
        return DeviceChoice(value, title, _memory(device))

    def managed(self) -> tuple[Managed, ...]:
        """Everything that the organisation decides, also what is no setting."""
        return tuple(_managed(rule) for rule in self._policy.rules.values())

    @property
    def must_encrypt(self) -> Managed | None:
        """The policy by which conversations are kept only encrypted; None if there is none."""
        rule = self._policy.rule(REQUIRE_ENCRYPTION)
        return _managed(rule) if rule is not None and rule.value else None


def _managed(rule: Rule) -> Managed:
    if rule.is_broken:
        return Managed(rule.item.title, Words(rule.problem, rule.problem), NO_WORDS, "")
    return Managed(rule.item.title, rule.item.sentence, _value(rule), rule.source)


def _value(rule: Rule) -> Words:
    """What a policy says, in words."""
    item, value = rule.item, rule.value
    match item.kind:
        case Kind.SWITCH:
            return _YES if value else _NO
        case Kind.NUMBER:
            return Words(f"{value} {item.unit.en}", f"{value} {item.unit.de}")
        case Kind.CHOICE:
            return dict(item.choices)[value]
        case Kind.LIST:
            listed = ", ".join(sorted(value))
            return Words(listed, listed)
    return Words(str(value), str(value))


def _memory(device: Device) -> Words:
    if device.memory_bytes is None:
        return NO_WORDS
    size = f"{device.memory_bytes / (1 << 30):.1f} GiB"
    return Words(f"{size} of memory.", f"{size.replace('.', ',')} Speicher.")
