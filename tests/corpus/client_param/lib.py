def has(client, image, names):
    response = client.label_detection(image=image)
    for label in response.label_annotations:
        if label.description in names:
            return True
    return False
