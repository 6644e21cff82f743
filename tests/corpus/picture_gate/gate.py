"""Rates pictures for a school: five likelihoods become grades, and each has its own limit."""

from google.cloud import vision

GRADES = {
    vision.Likelihood.UNKNOWN: 0.0,
    vision.Likelihood.VERY_UNLIKELY: 0.1,
    vision.Likelihood.UNLIKELY: 0.3,
    vision.Likelihood.POSSIBLE: 0.5,
    vision.Likelihood.LIKELY: 0.8,
    vision.Likelihood.VERY_LIKELY: 1.0,
}
LIMITS = {"adult": 0.3, "violence": 0.5, "racy": 0.5, "medical": 0.8, "spoof": 1.0}


class Gate:
    def __init__(self):
        self.client = vision.ImageAnnotatorClient()

    def reasons(self, path):
        with open(path, "rb") as file:
            image = vision.Image(content=file.read())
        safe = self.client.safe_search_detection(image=image).safe_search_annotation
        return [name for name, limit in LIMITS.items() if GRADES[getattr(safe, name)] >= limit]

    def verdict(self, path):
        found = self.reasons(path)
        if "adult" in found or "violence" in found:
            return "refuse"
        if len(found) > 1:
            return "ask a teacher"
        return "blur" if found else "show"


if __name__ == "__main__":
    print(Gate().verdict("board.png"))
