import boto3

class PetDetector(object):
    ANIMALS = {'Dog', 'Cat', 'Rabbit', 'Hamster'}

    def __init__(self, profile='default'):
        session = boto3.session.Session(profile_name=profile)
        self._client = session.client('rekognition')
        self.min_confidence = 70

    def labels(self, image):
        return self._client.detect_labels(Image={'Bytes': image}, MinConfidence=self.min_confidence)['Labels']

    def has_pet(self, image):
        names = set(l['Name'] for l in self.labels(image))
        return bool(names & self.ANIMALS)

if __name__ == '__main__':
    d = PetDetector()
    with open('x.jpg', 'rb') as f:
        if d.has_pet(f.read()):
            print('pet!')
        else:
            print('no pet')
