"""A calculator for the model: exact decimals, a small grammar of its own, nothing that could run code.

    sum     = product (("+" | "-") product)*
    product = power (("*" | "/" | "//" | "%" | "mod") power)*
    power   = ("-" | "+") power | atom ["%"] [("^" | "**") power]
    atom    = number | name | name "(" sum ("," sum)* ")" | "(" sum ")"

`%` is a percentage unless something to divide by follows. Results have 34 significant digits, IEEE 754's
decimal128; only what does not come out exactly (1/3, sqrt(2)) is rounded. Offered to the model by `tools`.
"""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from models.errors import InputError

_DIGITS = 34
_LONGEST = 1000  # characters
_DEEPEST = 60
_TOKEN = re.compile(
    r"\s*(?:(\d[\d_]*\.?\d*(?:[eE][+-]?\d{1,4})?|\.\d+)|([A-Za-z_]\w*)|(\*\*|//|[-+*/%^(),]))"
)
_SIGNS = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "\u00a0": " "})
_PI = Decimal("3.1415926535897932384626433832795029")
_NAMES = {"pi": _PI, "e": Decimal("2.7182818284590452353602874713526625")}


def _round(value: Decimal, digits: Decimal = Decimal(0)) -> Decimal:
    if digits != digits.to_integral_value() or abs(digits) > _DIGITS:
        raise InputError("round takes a whole number of digits.")
    return value.quantize(Decimal(1).scaleb(-int(digits)), rounding=decimal.ROUND_HALF_UP)


def _factorial(value: Decimal) -> Decimal:
    if value != value.to_integral_value() or not 0 <= value <= 1000:
        raise InputError("factorial takes a whole number from 0 to 1000.")
    product = Decimal(1)
    for factor in range(2, int(value) + 1):
        product *= factor
    return product


_FUNCTIONS: dict[str, tuple[int, int, Callable[..., Decimal]]] = {
    # name: fewest and most arguments, and what it does
    "abs": (1, 1, abs),
    "sqrt": (1, 1, Decimal.sqrt),
    "exp": (1, 1, Decimal.exp),
    "ln": (1, 1, Decimal.ln),
    "log": (1, 1, Decimal.log10),
    "log10": (1, 1, Decimal.log10),
    "round": (1, 2, _round),
    "floor": (1, 1, lambda value: value.to_integral_value(decimal.ROUND_FLOOR)),
    "ceil": (1, 1, lambda value: value.to_integral_value(decimal.ROUND_CEILING)),
    "factorial": (1, 1, _factorial),
    "min": (1, 100, lambda *values: min(values)),
    "max": (1, 100, lambda *values: max(values)),
    "sum": (1, 100, lambda *values: sum(values, Decimal(0))),
    "mean": (1, 100, lambda *values: sum(values, Decimal(0)) / len(values)),
}

PARAMETERS: Mapping[str, Any] = {
    "type": "object",
    "properties": {"expression": {"type": "string", "description": "for example (1234.56 * 1.19 - 80) / 3"}},
    "required": ["expression"],
}
DESCRIPTION = (
    "Calculates exactly with decimal numbers. Knows + - * / // % ^, parentheses, pi, e and "
    + ", ".join(_FUNCTIONS)
    + ". Write numbers without separators of thousands."
)


def calculate(arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """The tool: `{"expression": …}` → `{"result": …, "exact": …}`. Raises `InputError`."""
    result, exact = evaluate(arguments["expression"])
    return {"result": result, "exact": exact}


def evaluate(expression: str) -> tuple[str, bool]:
    """The value of `expression`, without an exponent if it has at most 34 digits; and whether it is exact.

    Raises `InputError` with a sentence if it cannot be calculated.
    """
    if len(expression) > _LONGEST:
        raise InputError(f"The expression is longer than {_LONGEST:,} characters.")
    # Emax bounds the time: 9^9^9 overflows at once instead of being worked out.
    context = decimal.Context(prec=_DIGITS, Emax=100_000, Emin=-100_000, rounding=decimal.ROUND_HALF_EVEN)
    context.traps[decimal.Inexact] = False
    with decimal.localcontext(context) as context:
        try:
            text = _text(_Parser(expression.translate(_SIGNS)).whole())
            return text, not context.flags[decimal.Inexact]
        except decimal.DivisionByZero:
            raise InputError("Something is divided by zero.") from None
        except decimal.Overflow:
            raise InputError("The result is too large.") from None
        except decimal.InvalidOperation:
            raise InputError(
                "This cannot be calculated: a number is outside of what a function takes."
            ) from None


def _text(value: Decimal) -> str:
    if not value.is_finite():
        raise decimal.InvalidOperation
    if value == value.to_integral_value() and value.adjusted() < _DIGITS:
        return str(int(value))
    value = value.normalize()
    return f"{value:f}" if -_DIGITS < value.adjusted() < _DIGITS else str(value)


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        self._at = 0
        self._depth = 0
        at = 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if found is None:
                raise InputError(
                    f"The expression cannot be read from here on: {text[at : at + 20].strip()!r}."
                )
            self._tokens.append(found[0].strip())
            at = found.end()

    def whole(self) -> Decimal:
        value = self._sum()
        if self._at < len(self._tokens):
            raise InputError(
                f"The expression goes on after its end: {' '.join(self._tokens[self._at :][:5])!r}."
            )
        return value

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self, *wanted: str) -> str:
        token = self._next().lower()
        if token and token in wanted:
            self._at += 1
            return token
        return ""

    def _sum(self) -> Decimal:
        value = self._product()
        while sign := self._take("+", "-"):
            other = self._product()
            value = value + other if sign == "+" else value - other
        return value

    def _product(self) -> Decimal:
        value = self._power()
        while sign := self._take("*", "/", "//", "%", "mod"):
            other = self._power()
            if sign != "*" and not other:
                raise decimal.DivisionByZero
            match sign:
                case "*":
                    value = value * other
                case "/":
                    value = value / other
                case _:
                    whole, rest = divmod(value, other)
                    if rest and (rest < 0) != (other < 0):  # downwards, as in mathematics; Decimal cuts
                        whole, rest = whole - 1, rest + other
                    value = whole if sign == "//" else rest
        return value

    def _power(self) -> Decimal:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise InputError("The expression is nested too deep.")
        try:
            if sign := self._take("-", "+"):
                value = self._power()
                return -value if sign == "-" else value
            value = self._atom()
            if self._next() == "%" and not self._begins_operand(self._at + 1):
                self._at += 1
                value = value / 100
            if self._take("^", "**"):
                value = value ** self._power()
            return value
        finally:
            self._depth -= 1

    def _begins_operand(self, at: int) -> bool:
        token = self._tokens[at] if at < len(self._tokens) else ""
        return token == "(" or (
            bool(token) and (token[0].isalnum() or token[0] in "._") and token.lower() != "mod"
        )

    def _atom(self) -> Decimal:
        token = self._next()
        self._at += 1
        if token == "(":
            value = self._sum()
            self._expect(")")
            return value
        if token[:1].isdigit() or token[:1] == ".":
            return +Decimal(token.replace("_", ""))
        name = token.lower()
        if name in _FUNCTIONS and self._take("("):
            return self._call(name)
        if name in _NAMES:
            return _NAMES[name]
        if token:
            raise InputError(
                f"{token!r} is not known here. Known are numbers, pi, e and {', '.join(_FUNCTIONS)}."
            )
        raise InputError("The expression ends too early.")

    def _call(self, name: str) -> Decimal:
        values = [self._sum()]
        while self._take(","):
            values.append(self._sum())
        self._expect(")")
        fewest, most, function = _FUNCTIONS[name]
        if not fewest <= len(values) <= most:
            raise InputError(f"{name} takes {fewest if fewest == most else f'{fewest} to {most}'} numbers.")
        return +function(*values)

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise InputError(f"The expression lacks a {token!r}.")
