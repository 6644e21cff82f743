from google.cloud import vision

def is_stolen(path):
    client = vision.ImageAnnotatorClient()
    with open(path, 'rb') as f:
        content = f.read()
    annotations = client.web_detection(image=vision.Image(content=content)).web_detection
    if annotations.full_matching_images:
        n = len(annotations.full_matching_images)
        print('{} full matches'.format(n))
        if n >= 3:
            return True
    return False

if is_stolen('profile.jpg'):
    print('stolen')
else:
    print('original')
