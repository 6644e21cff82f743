"""The APIs that generated applications call: how each is called, read and answered."""

from dataclasses import dataclass

NAMES = (
    "Dog",
    "Cat",
    "Car",
    "Tree",
    "Person",
    "Food",
    "Hot dog",
    "Sports car",
    "Wildlife",
    "Dog breed",
    "Pet",
    "Vehicle",
    "Flower",
    "Bird",
    "Furniture",
    "Road",
    "Plastic",
    "Tableware",
    "Bicycle",
    "Fruit",
    "Carnivore",
    "Cattle",
    "Truck",
    "Water",
    "Building",
)


@dataclass(frozen=True)
class Service:
    """One API.

    Attributes:
        setup: the imports and the client, in several styles; ``{client}`` names the client.
        call: expressions of the whole answer, in several styles.
        rows: expressions of the list, given the answer ``{answer}``.
        name, score: expressions of the fields, given the element ``{row}``.
        scale: what the score is multiplied with in the provider's unit.
        path: where the list is in the wire form, with the keys of its fields.
    """

    api: str
    setup: tuple[str, ...]
    call: tuple[str, ...]
    rows: tuple[str, ...]
    name: tuple[str, ...]
    score: tuple[str, ...]
    scale: int
    path: tuple[str, str, str]
    names: tuple[str, ...] = NAMES

    def answer(self, rows):
        """Return the wire form of pairs of name and score."""
        key, name, score = self.path
        made = [{name: one, score: round(value * self.scale, 4)} for one, value in rows]
        return {key: made} if made or self.scale == 100 else {}


_VISION = (
    "from google.cloud import vision\n{client} = vision.ImageAnnotatorClient()",
    "import google.cloud.vision as gv\n{client} = gv.ImageAnnotatorClient()",
    "from google.cloud.vision import ImageAnnotatorClient\n{client} = ImageAnnotatorClient()",
    "from google.cloud import vision_v1\n{client} = vision_v1.ImageAnnotatorClient()",
)
_AMAZON = (
    'import boto3\n{client} = boto3.client("rekognition")',
    'import boto3\n{client} = boto3.client(service_name="rekognition", region_name="eu-west-1")',
    'from boto3 import client as connect\n{client} = connect("rekognition")',
    'import boto3\n{client} = boto3.Session().client("rekognition")',
)
_PICTURE = ('image={{"content": b"picture"}}',)

SERVICES = {
    one.api: one
    for one in (
        Service(
            "google.vision.label_detection",
            _VISION,
            ('{client}.label_detection(image={{"content": b"x"}})',),
            ("{answer}.label_annotations",),
            ("{row}.description", 'getattr({row}, "description")'),
            ("{row}.score",),
            1,
            ("labelAnnotations", "description", "score"),
        ),
        Service(
            "google.vision.object_localization",
            _VISION,
            (
                '{client}.object_localization(image={{"content": b"x"}})',
                '{client}.object_localization({{"content": b"x"}})',
            ),
            ("{answer}.localized_object_annotations",),
            ("{row}.name",),
            ("{row}.score",),
            1,
            ("localizedObjectAnnotations", "name", "score"),
        ),
        Service(
            "aws.rekognition.detect_labels",
            _AMAZON,
            (
                '{client}.detect_labels(Image={{"Bytes": b"x"}})',
                '{client}.detect_labels(Image={{"S3Object": {{"Bucket": "b", "Name": "n"}}}})',
            ),
            ('{answer}["Labels"]', '{answer}.get("Labels", [])', '{answer}.get("Labels") or []'),
            ('{row}["Name"]', '{row}.get("Name")'),
            ('{row}["Confidence"]', '{row}.get("Confidence")'),
            100,
            ("Labels", "Name", "Confidence"),
        ),
        Service(
            "aws.rekognition.detect_moderation_labels",
            _AMAZON,
            ('{client}.detect_moderation_labels(Image={{"Bytes": b"x"}})',),
            ('{answer}["ModerationLabels"]', '{answer}.get("ModerationLabels", [])'),
            ('{row}["Name"]',),
            ('{row}["Confidence"]',),
            100,
            ("ModerationLabels", "Name", "Confidence"),
            (
                "Violence",
                "Explicit Nudity",
                "Smoking",
                "Weapons",
                "Alcohol",
                "Gambling",
                "Drugs",
                "Tobacco",
                "Hate Symbols",
                "Weapon Violence",
                "Alcoholic Beverages",
                "Nudity",
            ),
        ),
    )
}


@dataclass(frozen=True)
class Scalar:
    """An API that answers one number or one word: ``value`` is its expression."""

    api: str
    setup: tuple[str, ...]
    call: tuple[str, ...]
    value: tuple[str, ...]
    words: tuple[str, ...] = ()

    def answer(self, rows):
        """Return the wire form of one pair of word and number."""
        word, number = rows[0]
        if self.words:
            low = {"Positive": 0.1, "Negative": 0.1, "Neutral": 0.1, "Mixed": 0.1}
            return {"Sentiment": word, "SentimentScore": low}
        return {
            "documentSentiment": {"score": number, "magnitude": 0.5},
            "language": "en",
            "sentences": [],
        }


SCALARS = {
    one.api: one
    for one in (
        Scalar(
            "google.language.analyze_sentiment",
            (
                "from google.cloud import language_v1\n{client} = language_v1.LanguageServiceClient()",
                "from google.cloud import language\n{client} = language.LanguageServiceClient()",
            ),
            (
                '{client}.analyze_sentiment(document={{"content": "t", "type_": "PLAIN_TEXT"}})',
                '{client}.analyze_sentiment(request={{"document": {{"content": "t"}}}})',
            ),
            ("{answer}.document_sentiment.score",),
        ),
        Scalar(
            "aws.comprehend.detect_sentiment",
            (
                'import boto3\n{client} = boto3.client("comprehend")',
                'import boto3 as aws\n{client} = aws.client("comprehend", region_name="us-east-1")',
            ),
            ('{client}.detect_sentiment(Text="t", LanguageCode="en")',),
            ('{answer}["Sentiment"]', '{answer}.get("Sentiment")'),
            ("POSITIVE", "NEGATIVE", "NEUTRAL", "MIXED"),
        ),
    )
}
