from google.cloud import vision

client = vision.ImageAnnotatorClient()
CHECKS = ['adult', 'violence', 'racy', 'medical']

def verdict(path):
    with open(path, 'rb') as f:
        ann = client.safe_search_detection(image=vision.Image(content=f.read())).safe_search_annotation
    for c in CHECKS:
        if getattr(ann, c) >= vision.Likelihood.LIKELY:
            return 'reject'
    return 'accept'

print(verdict('a.png'))
