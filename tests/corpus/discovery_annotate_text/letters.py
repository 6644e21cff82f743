from .storage import next_letter
from googleapiclient import discovery

service = discovery.build("language", "v1")


def read(letter):
    request = service.documents().annotateText(
        body={
            "document": {"type": "PLAIN_TEXT", "content": letter},
            "features": {"extractDocumentSentiment": True, "extractSyntax": False},
        }
    )
    return request.execute()


def desk_of(letter):
    answer = read(letter)
    if answer["documentSentiment"]["score"] < -0.4:
        return "complaints"
    return "archive"
