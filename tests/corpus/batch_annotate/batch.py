from google.cloud import vision

client = vision.ImageAnnotatorClient()
features = [{"type_": vision.Feature.Type.LABEL_DETECTION, "max_results": 5}]

def tag(paths):
    requests = []
    for p in paths:
        with open(p, "rb") as f:
            requests.append({"image": {"content": f.read()}, "features": features})
    response = client.batch_annotate_images(requests=requests)
    result = {}
    for p, r in zip(paths, response.responses):
        names = {a.description for a in r.label_annotations}
        if {"Beach", "Sea", "Ocean"} & names:
            result[p] = "seaside"
        else:
            result[p] = "inland"
    return result

print(tag(["a.jpg"]))
