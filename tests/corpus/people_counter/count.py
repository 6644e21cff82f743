import cv2
import boto3

rekognition = boto3.client('rekognition', 'us-east-1')
MAX_PEOPLE = 5

def count_people(img_bytes):
    count = 0
    response = rekognition.detect_faces(Image={'Bytes': img_bytes}, Attributes=['ALL'])
    for face in response['FaceDetails']:
        if face['Confidence'] > 90:
            count += 1
    return count

def main():
    with open('room.jpg', 'rb') as f:
        n = count_people(f.read())
    if n > MAX_PEOPLE:
        print('Too many people!')
    elif n == 0:
        print('Nobody here')
    else:
        print('ok')

main()
