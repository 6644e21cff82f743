"""Sources in the true layout of other tools, as small as they can be."""

import json

from chameleonapi.data import load_dataset
from chameleonapi.data.importers import ImportSettings, import_data
from data.samples import encoded, noise


def picture(path, seed=0, width=40, height=20):
    path.parent.mkdir(parents=True, exist_ok=True)
    kind = {".png": "PNG", ".bmp": "BMP"}.get(path.suffix, "JPEG")
    path.write_bytes(encoded(noise(width, height, seed=seed), kind))
    return path


def text(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")
    return path


def document(path, content):
    return text(path, json.dumps(content))


def json_lines(path, *records):
    return text(path, "".join(json.dumps(one) + "\n" for one in records))


def imported(source, out, **settings):
    """Import, rehearse too, and return the report and the examples by id."""
    settings = ImportSettings(**settings)
    rehearsed = import_data(source, None, settings)
    assert not out.exists()
    report = import_data(source, out, settings)
    assert {**rehearsed.to_json(), "output": "", "digest": ""} == {
        **report.to_json(),
        "output": "",
        "digest": "",
    }
    dataset = load_dataset(out, verify=True)
    assert len(dataset) == report.examples
    assert dataset.digest == report.digest
    return report, {one.id: one for one in dataset}


def found(report):
    return {one.kind: one.count for one in report.findings if one.kind != "one-example"}
