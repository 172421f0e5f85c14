"""gpt-oss in PyTorch, for training: the published network, plus what makes training honest.

Weights are rounded in the forward pass as they will be in the file (experts to MXFP4, the rest to bfloat16), and
activations as int8 kernels do, with gradients passed straight through. Sources: openai/gpt-oss (`torch/model.py`) for
the network, the OCP Microscaling specification for MXFP4. Read `train.py` next.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from tools.demo.batches import Batch

BLOCK = 32
# Midpoints between the magnitudes 0, 0.5, 1, 1.5, 2, 3, 4 and 6 of E2M1.
_MIDPOINTS = torch.tensor([0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5.0])
MAGNITUDES = torch.tensor([0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0])


@dataclass(frozen=True, slots=True)
class Shape:
    """The numbers of `config.json` that shape the network."""

    vocabulary: int
    hidden: int = 256
    width: int = 160
    layers: int = 4
    heads: int = 4
    kv_heads: int = 2
    head_dim: int = 64
    experts: int = 8
    experts_per_token: int = 2
    window: int = 128
    rope_theta: float = 150_000.0
    rope_factor: float = 32.0
    rope_original: int = 4096
    limit: float = 7.0
    epsilon: float = 1e-5


@dataclass
class Rounding:
    """Which roundings the forward pass makes."""

    experts: bool = True
    activations: bool = False
    dropout: float = 0.0


def mxfp4(weights: Tensor) -> tuple[Tensor, Tensor]:
    """Codes and scale bytes: [..., n] floats → u8 [..., n/32, 32] (0 to 15) and u8 [..., n/32].

    The scale is the power of two that takes the largest magnitude of 32 to at most 7 (which rounds to 6).
    """
    blocks = weights.float().unflatten(-1, (-1, BLOCK))
    largest = blocks.abs().amax(-1)
    exponent = torch.ceil(torch.log2(torch.clamp(largest, min=1e-30) / 7)).clamp(-127, 127)
    scaled = blocks / torch.exp2(exponent).unsqueeze(-1)
    codes = torch.bucketize(scaled.abs(), _MIDPOINTS).to(torch.uint8)
    return codes | ((scaled < 0).to(torch.uint8) << 3), (exponent + 127).to(torch.uint8)


def from_mxfp4(codes: Tensor, scales: Tensor) -> Tensor:
    """What `mxfp4` stands for, as floats."""
    values = MAGNITUDES[(codes & 7).long()] * (1 - 2 * (codes >> 3).float())
    return (values * torch.exp2(scales.float() - 127).unsqueeze(-1)).flatten(-2)


def rounded_experts(weights: Tensor) -> Tensor:
    """MXFP4 values in the forward pass, the identity in the backward pass."""
    return weights + (from_mxfp4(*mxfp4(weights)) - weights).detach()


def rounded(weights: Tensor) -> Tensor:
    """bfloat16 values in the forward pass, the identity in the backward pass."""
    return weights + (weights.bfloat16().float() - weights).detach()


def rounded_activations(values: Tensor) -> Tensor:
    """int8 with one scale per 32, as the fast kernels see them."""
    blocks = values.detach().float().unflatten(-1, (-1, BLOCK))
    scale = blocks.abs().amax(-1, keepdim=True).clamp(min=1e-12) / 127
    exact = (torch.round(blocks / scale) * scale).flatten(-2)
    return values + (exact - values.detach()).to(values.dtype)


class GptOss(nn.Module):
    """The network. Parameters have the published names and shapes (experts as floats)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.rounding = Rounding()
        hidden = shape.hidden
        self.embed = nn.Parameter(torch.randn(shape.vocabulary, hidden) * 0.5)
        self.head = nn.Parameter(torch.randn(shape.vocabulary, hidden) * hidden**-0.5)
        self.norm = nn.Parameter(torch.ones(hidden))
        self.layers = nn.ModuleList(Layer(shape, index) for index in range(shape.layers))

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor]:
        """Final hidden states [tokens, hidden] before `logits`, and the loss that balances the experts."""
        turn = rotation(self.shape, batch.positions)
        x = rounded(self.embed)[batch.ids]
        x = functional.dropout(x, self.rounding.dropout, self.training)
        balance = x.new_zeros(())
        for layer in self.layers:
            x, layer_balance = layer(x, turn, batch, self.rounding)
            balance = balance + layer_balance
        return rms_norm(x, self.norm, self.shape.epsilon), balance / self.shape.layers

    def logits(self, x: Tensor) -> Tensor:
        """[tokens, hidden] → [tokens, vocabulary]."""
        if self.rounding.activations:
            x = rounded_activations(x)
        return functional.linear(x, rounded(self.head))


class Layer(nn.Module):
    """Attention and experts; layers 0, 2, 4, … see a window."""

    def __init__(self, shape: Shape, index: int) -> None:
        super().__init__()
        self.shape = shape
        self.window = shape.window if index % 2 == 0 else 0
        hidden, inner, kv = shape.hidden, shape.heads * shape.head_dim, shape.kv_heads * shape.head_dim
        out = (2 * shape.layers) ** -0.5
        self.input_norm = nn.Parameter(torch.ones(hidden))
        self.post_norm = nn.Parameter(torch.ones(hidden))
        self.q, self.q_bias = _matrix(inner, hidden), _bias(inner)
        self.k, self.k_bias = _matrix(kv, hidden), _bias(kv)
        self.v, self.v_bias = _matrix(kv, hidden), _bias(kv)
        self.o, self.o_bias = _matrix(hidden, inner, scale=out), _bias(hidden)
        self.sinks = _bias(shape.heads)
        self.router, self.router_bias = _matrix(shape.experts, hidden, scale=0.3), _bias(shape.experts)
        self.gate_up = _matrix(shape.experts, 2 * shape.width, hidden)
        self.gate_up_bias = _bias(shape.experts, 2 * shape.width)
        self.down = _matrix(shape.experts, hidden, shape.width, scale=out)
        self.down_bias = _bias(shape.experts, hidden)

    def forward(
        self, x: Tensor, turn: tuple[Tensor, Tensor], batch: Batch, rounding: Rounding
    ) -> tuple[Tensor, Tensor]:
        """[tokens, hidden] → the same, and the balancing loss."""
        attended = self.attention(rms_norm(x, self.input_norm, self.shape.epsilon), turn, batch, rounding)
        x = x + attended
        y, balance = self.experts(rms_norm(x, self.post_norm, self.shape.epsilon), rounding)
        return x + y, balance

    def attention(self, x: Tensor, turn: tuple[Tensor, Tensor], batch: Batch, rounding: Rounding) -> Tensor:
        """Grouped-query attention with sinks, lesson by lesson."""
        shape = self.shape
        x = rounded_activations(x) if rounding.activations else x
        q = functional.linear(x, rounded(self.q), rounded(self.q_bias)).unflatten(-1, (-1, shape.head_dim))
        k = functional.linear(x, rounded(self.k), rounded(self.k_bias)).unflatten(-1, (-1, shape.head_dim))
        v = functional.linear(x, rounded(self.v), rounded(self.v_bias)).unflatten(-1, (-1, shape.head_dim))
        q, k = rotate(q, turn), rotate(k, turn)
        v = v.to(q.dtype)
        out = []
        for span in batch.spans:
            middle = span.first + span.beginning
            begin = slice(span.first, middle)
            out.append(self._attend(q[None, begin], k[None, begin], v[None, begin], 0))
            seen = min(span.beginning, self.window) if self.window else span.beginning
            past = slice(middle - seen, middle)
            for shelf in span.shelves:
                here = slice(middle, middle + shelf[0] * shelf[1])
                keys, values = (
                    torch.cat(
                        [part[None, past].expand(shelf[0], -1, -1, -1), part[here].unflatten(0, shelf)], 1
                    )
                    for part in (k, v)
                )
                out.append(self._attend(q[here].unflatten(0, shelf), keys, values, seen))
                middle = here.stop
        y = torch.cat([part.flatten(0, 1) for part in out])
        y = rounded_activations(y) if rounding.activations else y
        return functional.linear(y, rounded(self.o), rounded(self.o_bias))

    def _attend(self, q: Tensor, k: Tensor, v: Tensor, past: int) -> Tensor:
        """q [b, s, heads, d] on k, v [b, past + s, kv, d] → [b, s, heads * d]."""
        shape = self.shape
        group = shape.heads // shape.kv_heads
        b, s = q.shape[:2]
        q = q.transpose(1, 2).reshape(b, shape.kv_heads, group * s, shape.head_dim)
        # The sink is a key and a value of zeros in front, whose score comes from the bias.
        k, v = (functional.pad(part, (0, 0, 0, 0, 1, 0)).transpose(1, 2) for part in (k, v))
        row = torch.arange(s)[:, None] + past
        column = torch.arange(past + s)[None, :]
        hidden = column > row
        if self.window:
            hidden |= column <= row - self.window
        mask = torch.zeros(s, past + s).masked_fill_(hidden, -torch.inf).expand(shape.heads, -1, -1)
        sinks = rounded(self.sinks).view(-1, 1, 1).expand(-1, s, 1)
        bias = torch.cat([sinks, mask], -1).view(shape.kv_heads, group * s, -1)
        scores = (q * shape.head_dim**-0.5) @ k.transpose(-1, -2) + bias
        y = torch.softmax(scores, -1).to(v.dtype) @ v
        return y.unflatten(2, (group, s)).permute(0, 3, 1, 2, 4).reshape(b, s, -1)

    def experts(self, x: Tensor, rounding: Rounding) -> tuple[Tensor, Tensor]:
        """Each token through its experts, expert by expert."""
        shape = self.shape
        with torch.autocast("cpu", enabled=False):
            scores = functional.linear(x.float(), rounded(self.router), rounded(self.router_bias))
        top, chosen = scores.topk(shape.experts_per_token, -1)
        share = torch.softmax(top, -1)
        x_in = rounded_activations(x) if rounding.activations else x
        gate_up_all, down_all = self.gate_up, self.down
        if rounding.experts:
            gate_up_all, down_all = rounded_experts(gate_up_all), rounded_experts(down_all)
        kind = torch.bfloat16 if torch.is_autocast_enabled("cpu") else torch.float32
        gate_up_all, down_all = gate_up_all.to(kind), down_all.to(kind)
        gate_up_bias, down_bias = rounded(self.gate_up_bias).to(kind), rounded(self.down_bias).to(kind)
        order = chosen.flatten().argsort()
        token = order // shape.experts_per_token
        counts = torch.bincount(chosen.flatten(), minlength=shape.experts).tolist()
        out = []
        for expert, part in enumerate(x_in.to(kind).index_select(0, token).split(counts)):
            h = functional.linear(part, gate_up_all[expert], gate_up_bias[expert])
            gate = h[:, ::2].clamp(max=shape.limit)
            up = h[:, 1::2].clamp(-shape.limit, shape.limit)
            h = gate * torch.sigmoid(1.702 * gate) * (up + 1)
            h = rounded_activations(h) if rounding.activations else h
            out.append(functional.linear(h, down_all[expert], down_bias[expert]))
        weighted = torch.cat(out).float() * share.flatten()[order, None]
        y = torch.zeros_like(x, dtype=torch.float32).index_add(0, token, weighted)
        used = functional.one_hot(chosen, shape.experts).float().mean((0, 1))
        balance = shape.experts * (used * torch.softmax(scores, -1).mean(0)).sum()
        return y, balance


def rms_norm(x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
    """RMSNorm in float32."""
    return functional.rms_norm(x.float(), (x.shape[-1],), rounded(weight), epsilon)


def rotation(shape: Shape, positions: Tensor) -> tuple[Tensor, Tensor]:
    """YaRN's cosines and sines [tokens, 1, head_dim / 2] (Peng et al., 2023, with untruncated range)."""
    half = shape.head_dim // 2
    frequency = shape.rope_theta ** (-torch.arange(half, dtype=torch.float64) / half)

    def dimension(turns: float) -> float:
        return half * math.log(shape.rope_original / (turns * 2 * math.pi)) / math.log(shape.rope_theta)

    low, high = dimension(32.0), dimension(1.0)
    ramp = ((torch.arange(half, dtype=torch.float64) - low) / (high - low)).clamp(0, 1)
    frequency = frequency / shape.rope_factor * ramp + frequency * (1 - ramp)
    angle = (positions.double()[:, None, None] * frequency).float()
    scale = 0.1 * math.log(shape.rope_factor) + 1
    return angle.cos() * scale, angle.sin() * scale


def rotate(x: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
    """Rotate the two halves of each head against each other."""
    cos, sin = (part.to(x.dtype) for part in turn)
    one, two = x.chunk(2, -1)
    return torch.cat([one * cos - two * sin, two * cos + one * sin], -1)


def _matrix(*sizes: int, scale: float = 1.0) -> nn.Parameter:
    return nn.Parameter(torch.randn(sizes) * sizes[-1] ** -0.5 * scale)


def _bias(*sizes: int) -> nn.Parameter:
    return nn.Parameter(torch.zeros(sizes))
