"""A server that has the generic model does not read it again for models that share its rows."""

import torch

from chameleonapi.models import (
    LinearHead,
    Manifest,
    ModelRegistry,
    labels_digest,
    load_backbone,
)
from chameleonapi.pipeline import hosting
from chameleonapi.serving import AdminConfig, ServerConfig

LABELS = tuple(f"label {number}" for number in range(20))


def test_models_come_and_go_without_reading_their_base(tmp_path, monkeypatch):
    backbone = load_backbone("embedded:efficientnet-lite0@64")
    size = backbone.dimension
    generic = LinearHead(
        LABELS, torch.randn(20, size), torch.zeros(20), torch.zeros(size), torch.ones(size)
    )
    registry = ModelRegistry(tmp_path)
    manifest = Manifest(
        name="generic",
        kind="generic",
        backbone=backbone.name,
        backbone_sha256=backbone.sha256,
        reader="middle-square-bicubic/1",
        labels_digest=labels_digest(LABELS),
    )
    base = registry.publish("generic", generic, manifest).digest
    for row in range(2):
        weight = generic.weight.clone()
        weight[row] += 1
        own = LinearHead(LABELS, weight, generic.bias, generic.mean, generic.std)
        made = Manifest(**{**vars(manifest), "name": "app", "kind": "customized", "base": base})
        registry.publish("app", own, made)
    taken = []
    monkeypatch.setattr(
        hosting, "start_server", lambda _, __, *, deployment: taken.append(deployment)
    )
    hosting.serve(tmp_path, ["app"], ServerConfig(admin=AdminConfig(token="t" * 32)))
    (deployment,) = taken
    head = tmp_path / "objects" / base / "head.safetensors"
    head.write_bytes(b"")  # whoever reads it fails
    first, second = (one.digest for one in registry.history("app"))
    assert deployment.publish("app", first).version == first
    assert deployment.rollback("app").version == second
