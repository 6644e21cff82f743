"""A call that decides only where another one answers as it hardly does by chance."""

import textwrap

from chameleonapi.analysis import Budget, analyze
from chameleonapi.decision import Kind, Status


def test_labels_that_are_asked_of_a_face_that_looks_ahead(tmp_path):
    source = textwrap.dedent("""
        from google.cloud import vision

        def state(path):
            client = vision.ImageAnnotatorClient()
            image = vision.Image(content=open(path, "rb").read())
            faces = client.face_detection(image=image).face_annotations
            labels = client.label_detection(image=image).label_annotations
            if not faces:
                return "away"
            if abs(faces[0].pan_angle) > 30:
                return "aside"
            for label in labels:
                if label.description == "Mobile phone":
                    return "phone"
            return "work"
    """)
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    report = analyze(tmp_path, budget=Budget(verification_answers=200))
    assert not report.calls_without_decision
    labels = next(one for one in report.processes if one.api.endswith("label_detection"))
    assert labels.kind is Kind.TRUE_FALSE
    assert labels.status is Status.PARTIAL
    assert {one.code for one in labels.gaps} == {"other-call"}
    phone = {"labelAnnotations": [{"description": "Mobile phone", "score": 0.9}]}
    assert labels.decide(phone).id != labels.decide({}).id


def test_a_line_of_a_log_instead_of_tags_decides(tmp_path):
    source = textwrap.dedent("""
        import logging
        import store
        from google.cloud import vision

        def tag(path):
            client = vision.ImageAnnotatorClient()
            image = vision.Image(content=open(path, "rb").read())
            found = client.label_detection(image=image).label_annotations
            tags = [one.description for one in found if one.score > 0.75]
            if tags:
                store.update(path, tags)
            else:
                logging.info("nothing is sure enough")
    """)
    (tmp_path / "app.py").write_text(source, encoding="utf-8")
    (process,) = analyze(tmp_path, budget=Budget(verification_answers=200)).processes
    sure = {"labelAnnotations": [{"description": "Tree", "score": 0.9}]}
    unsure = {"labelAnnotations": [{"description": "Tree", "score": 0.6}]}
    assert process.decide(sure).id != process.decide(unsure).id
    assert process.decide(unsure).id == process.decide({}).id
