"""Models in memory: loaded when asked for, put away by size, and what they share."""

import gc
import threading
import weakref

import pytest
import torch

from chameleonapi.apis import LabelScores, Request
from chameleonapi.errors import ModelError, UnknownNameError
from chameleonapi.models import LinearHead, ModelShelf, SharedBackbonePredictor
from chameleonapi.models import served as served_module
from chameleonapi.models.head_rows import HeadRows
from chameleonapi.models.served import ServedModel, answer_batch, as_scores, serve_head

LABELS = tuple(f"label {number}" for number in range(40))
DIMENSION = 16


def generic_head(seed=0):
    drawn = torch.Generator().manual_seed(seed)
    return LinearHead(
        LABELS,
        torch.randn(len(LABELS), DIMENSION, generator=drawn),
        torch.randn(len(LABELS), generator=drawn),
        torch.randn(DIMENSION, generator=drawn),
        torch.rand(DIMENSION, generator=drawn) + 0.5,
    )


def changed(generic, rows, seed):
    """A head as training leaves it: some rows are others, the rest are the same bits."""
    drawn = torch.Generator().manual_seed(seed)
    weight, bias = generic.weight.clone(), generic.bias.clone()
    weight[rows] = torch.randn(len(rows), DIMENSION, generator=drawn)
    bias[rows] += 1
    return LinearHead(LABELS, weight, bias, generic.mean, generic.std)


class Source:
    """Heads by name; counts how often each is loaded."""

    def __init__(self, heads):
        self.heads = heads
        self.loaded = []

    @property
    def applications(self):
        return tuple(self.heads)

    def load(self, application):
        self.loaded.append(application)
        head = self.heads[application]
        if isinstance(head, Exception):
            raise head
        return head, None


class Identity:
    name, sha256, dimension, side = "test:identity", "0" * 64, DIMENSION, 1

    def __init__(self):
        self.batches = 0

    def preprocess(self, picture):
        return picture

    def features(self, pixels):
        self.batches += 1
        return pixels


class Reader:
    id = "test/1"

    def __call__(self, content, side):
        return torch.frombuffer(bytearray(content), dtype=torch.float32)


GENERIC = generic_head()
HEADS = {f"app-{one}": changed(GENERIC, [one % 40, (one * 7) % 40], one) for one in range(12)}


def contents(count):
    drawn = torch.Generator().manual_seed(5)
    return [torch.randn(DIMENSION, generator=drawn).numpy().tobytes() for _ in range(count)]


def close(found, head, content):
    features = torch.frombuffer(bytearray(content), dtype=torch.float32)[None]
    expected = torch.sigmoid(head.logits(features))[0]
    return torch.allclose(torch.tensor(found.scores), expected, atol=1e-6)


def test_a_model_keeps_only_the_rows_in_which_it_differs():
    base = serve_head(GENERIC)
    served = serve_head(HEADS["app-3"], (GENERIC, base))
    assert served.base is base
    assert served.own.tolist() == [3, 21]
    assert served.weight.shape == (2, DIMENSION)
    assert served.labels is base.labels


@pytest.mark.parametrize(
    "head",
    [
        changed(GENERIC, list(range(39)), 1),
        LinearHead(LABELS, GENERIC.weight, GENERIC.bias, GENERIC.mean, GENERIC.std * 2),
        LinearHead(LABELS[::-1], GENERIC.weight, GENERIC.bias, GENERIC.mean, GENERIC.std),
    ],
    ids=["nearly all rows differ", "another scale of the features", "another label space"],
)
def test_what_is_another_function_shares_nothing(head):
    served = serve_head(head, (GENERIC, serve_head(GENERIC)))
    assert served.base is None
    assert served.labels == head.labels


def test_a_mixed_batch_gives_each_row_what_its_own_head_gives():
    base = serve_head(GENERIC)
    alone = LinearHead(("x", "y"), *(one[:2] for one in (GENERIC.weight, GENERIC.bias)),
                       GENERIC.mean, GENERIC.std)  # fmt: skip
    heads = [GENERIC, HEADS["app-1"], alone, HEADS["app-2"], HEADS["app-1"], GENERIC]
    models: dict[int, ServedModel] = {}
    for one in heads:
        models.setdefault(id(one), base if one is GENERIC else serve_head(one, (GENERIC, base)))
    features = torch.randn(6, DIMENSION, generator=torch.Generator().manual_seed(1))
    found = answer_batch([models[id(one)] for one in heads], features, as_scores)
    for row, (one, scores) in enumerate(zip(heads, found, strict=True)):
        expected = torch.sigmoid(one.logits(features[row : row + 1]))[0]
        assert torch.allclose(torch.tensor(scores), expected, atol=1e-6)


def test_models_are_loaded_when_they_are_asked_for_and_put_away_by_size():
    source = Source(HEADS)
    one = serve_head(HEADS["app-1"], (GENERIC, serve_head(GENERIC))).size_bytes
    shelf = ModelShelf(Identity(), GENERIC, source=source, max_bytes=3 * one)
    assert shelf.applications == tuple(HEADS)
    assert source.loaded == []
    for name in ("app-1", "app-2", "app-3", "app-1", "app-4"):
        shelf.get(name)
    assert source.loaded == ["app-1", "app-2", "app-3", "app-4"]
    assert shelf.in_memory == 3
    assert shelf.cached_bytes <= 3 * one
    shelf.get("app-1")  # used lately, so it stayed
    shelf.get("app-2")  # not used for longest, so it left
    assert source.loaded[4:] == ["app-2"]


def test_one_model_larger_than_the_limit_is_still_served():
    shelf = ModelShelf(Identity(), GENERIC, source=Source(HEADS), max_bytes=1)
    for name in HEADS:
        assert shelf.get(name).own is not None
    assert shelf.in_memory == 1


def test_a_published_model_can_be_put_away_and_comes_back():
    source = Source(dict(HEADS))
    shelf = ModelShelf(Identity(), GENERIC, source=source, max_bytes=1)
    newer = changed(GENERIC, [5], 99)
    source.heads["app-1"] = newer
    shelf.put("app-1", newer)
    assert shelf.get("app-1").own.tolist() == [5]
    shelf.get("app-2")
    assert shelf.get("app-1").own.tolist() == [5]
    assert source.loaded == ["app-2", "app-1"]


def test_what_has_no_source_stays():
    shelf = ModelShelf(Identity(), GENERIC, max_bytes=1)
    for name, head in HEADS.items():
        shelf.put(name, head)
    assert shelf.in_memory == len(HEADS)
    assert shelf.cached_bytes == 0
    assert shelf.get("app-7").own is not None


def test_models_of_a_former_generic_one_keep_its_rows():
    source = Source(HEADS)
    predictor = SharedBackbonePredictor(Identity(), GENERIC, source=source, read_picture=Reader())
    content = contents(1)[0]
    predictor.predict([Request("app-1", content)])
    newer = generic_head(1)
    predictor.replace_head("", newer)
    asked = [Request("app-1", content), Request("app-2", content), Request("", content)]
    found = predictor.predict(asked)
    for one, head in zip(found, (HEADS["app-1"], HEADS["app-2"], newer), strict=True):
        assert close(one, head, content)


def test_a_model_that_cannot_be_loaded_fails_no_neighbour():
    source = Source({**HEADS, "broken": ModelError("it is damaged.")})
    backbone = Identity()
    predictor = SharedBackbonePredictor(backbone, GENERIC, source=source, read_picture=Reader())
    names = ["app-1", "broken", "", "app-2", "broken"]
    found = predictor.predict([Request(one, contents(1)[0]) for one in names])
    kinds = [LabelScores, ModelError, LabelScores, LabelScores, ModelError]
    assert [type(one) for one in found] == kinds
    assert backbone.batches == 1


def test_an_unknown_application_lists_some_names():
    heads = {f"app-{one:04}": GENERIC for one in range(1000)}
    shelf = ModelShelf(Identity(), GENERIC, source=Source(heads))
    with pytest.raises(UnknownNameError, match=r"app-0049 and 950 others\.$"):
        shelf.get("nobody")
    assert "nobody" not in shelf
    assert "" in shelf


def test_publishing_and_asking_at_once_never_serves_a_former_model():
    """Every answer after a publication is of that version or a later one."""
    source = Source({"one": changed(GENERIC, [0], 0), "two": HEADS["app-2"]})
    shelf = ModelShelf(Identity(), GENERIC, source=source, max_bytes=1)
    version = [0]
    failures, done = [], threading.Event()

    def ask():
        while not done.is_set():
            least = version[0]
            found = shelf.get("one")
            shelf.get("two")  # puts the other away
            if int(found.own[0]) < least:
                failures.append((least, found.own.tolist()))

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for one in threads:
        one.start()
    for number in range(1, 40):
        head = changed(GENERIC, [number], number)
        source.heads["one"] = head
        shelf.put("one", head)
        version[0] = number
    done.set()
    for one in threads:
        one.join()
    assert failures == []
    assert shelf.get("one").own.tolist() == [39]


def stored(base, digest, row):
    """A head as a registry returns it that keeps rows alone."""
    changes = changed(base, [row], row)
    rows = HeadRows.between(changes, base, digest)
    assert rows is not None
    return rows.on(base)


def test_rows_that_are_known_need_no_comparison(monkeypatch):
    shelf = ModelShelf(Identity(), GENERIC)
    compared = []
    monkeypatch.setattr(served_module, "differing_rows", lambda *_: compared.append(1))
    shelf.put("app", stored(GENERIC, "a" * 64, 3))
    assert compared == []
    assert shelf.get("app").own.tolist() == [3]
    assert shelf.get("app").base is shelf.get("")


def test_models_made_from_an_earlier_generic_model_share_its_rows():
    # a registry reads the base again for each: equal, and not the same object
    heads = {f"app-{row}": stored(generic_head(1), "b" * 64, row) for row in range(4)}
    source = Source(heads)
    predictor = SharedBackbonePredictor(Identity(), GENERIC, source=source, read_picture=Reader())
    shelf, content = predictor.shelf, contents(1)[0]
    found = predictor.predict([Request(one, content) for one in (*heads, "")])
    for one, head in zip(found, (*heads.values(), GENERIC), strict=True):
        assert close(one, head, content)
    bases = {shelf.get(one).base for one in heads}
    assert len(bases) == 1
    assert None not in bases
    assert shelf.get("").own is None
    assert all(shelf.get(one).weight.shape == (1, DIMENSION) for one in heads)


def test_what_models_of_earlier_generic_ones_share_counts_as_memory():
    """Each has a base of its own here: with room for two, no more than two are kept."""
    heads = {f"app-{one}": stored(generic_head(one), f"{one:064}", 3) for one in range(1, 6)}
    shelf = ModelShelf(Identity(), GENERIC, source=Source(heads))
    shelf.get("app-1")
    one = shelf.cached_bytes
    assert one > serve_head(GENERIC).size_bytes
    shelf = ModelShelf(Identity(), GENERIC, source=Source(heads), max_bytes=2 * one)
    for name in heads:
        assert shelf.get(name).base is not shelf.get("")
        assert shelf.cached_bytes <= 2 * one
    assert shelf.in_memory == 2


def test_models_made_from_an_equal_generic_model_share_the_present_one():
    shelf = ModelShelf(Identity(), GENERIC)
    shelf.put("app", stored(generic_head(), "c" * 64, 5))
    assert shelf.get("app").base is shelf.get("")
    assert shelf.get("app").own.tolist() == [5]


def test_an_earlier_generic_model_leaves_memory_with_its_last_model():
    shelf = ModelShelf(Identity(), GENERIC)
    shelf.put("app", stored(generic_head(1), "d" * 64, 5))
    base = weakref.ref(shelf.get("app").base)
    assert base() is not None
    shelf.remove("app")
    gc.collect()
    assert base() is None
