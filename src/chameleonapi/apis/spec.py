"""What a provider's answer looks like: facts about each ML API, and nothing executable.

A spec names the lists in an answer (collections), the fields of their elements,
the unit of each number and the limits of the operation. Every other room reads
an answer through its spec, so that adding an API is adding data.

Field paths are written with dots. A number is an index, ``*`` means any element
of a list, and ``#`` is the length of a list: ``Parents.*.Name``, ``Instances.#``.
``&`` puts the texts of a list together: ``symbols.&.text``. The path of a collection
may have ``*``: its elements are those of all the lists there.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Final

__all__ = ["ApiSpec", "CollectionSpec", "FieldKind", "FieldSpec", "Limits", "RegionForm", "Task"]


class Task(enum.Enum):
    """The ML task that an API performs."""

    LABELS = "labels"
    OBJECTS = "objects"
    LIKELIHOODS = "likelihoods"
    TEXT_IN_IMAGE = "text-in-image"
    COLOURS = "colours"
    SENTIMENT = "sentiment"
    TOPICS = "topics"
    ENTITIES = "entities"
    LANGUAGE = "language"


class RegionForm(enum.Enum):
    """How an API says where in a picture things are."""

    ELEMENTS = "elements"  # each thing is an element of the main collection, with its corners
    INSTANCES = "instances"  # each label is an element, with the boxes of its instances


class FieldKind(enum.Enum):
    """How the values of a field are to be read."""

    LABEL = "label"  # text drawn from a vocabulary
    TEXT = "text"  # free text
    NUMBER = "number"
    ENUM = "enum"  # one of ``values``, in the provider's order


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of an element or of the whole answer.

    Attributes:
        path: where it stands, relative to the element (or to the answer).
        kind: how to read it.
        low, high: the range of a number, in the provider's unit.
        scale: provider's units per unit of score: 1 for fractions, 100 for percent.
        values: the names of an enumeration, in the order of their numbers.
        default: the value that an absent field has (protobuf leaves out zeros).
        is_whole: whether a number is always a whole one, written without a fraction.
    """

    path: str
    kind: FieldKind
    low: float = 0.0
    high: float = 1.0
    scale: float = 1.0
    values: tuple[str, ...] = ()
    default: str | float | None = None
    is_whole: bool = False

    def fitting(self, value: float) -> float:
        """Return a number of the field near a value."""
        return round(value) if self.is_whole else value


@dataclass(frozen=True, slots=True)
class CollectionSpec:
    """A list of elements in an answer; ``path`` is empty for the answer itself as one element."""

    path: str
    fields: tuple[FieldSpec, ...]
    sorted_by: str | None = None  # the field by which the provider sorts, highest first

    def field(self, path: str) -> FieldSpec | None:
        """Return the spec of the field at ``path``, or None if the provider documents none."""
        return next((one for one in self.fields if one.path == path), None)


@dataclass(frozen=True, slots=True)
class Limits:
    """Defaults and bounds of one operation, as the provider documents them.

    Attributes:
        max_results: elements returned when the request does not say; None is unlimited.
        shown_score: score in [0, 1] from which an element is returned by default.
        max_input_bytes: largest inline input.
    """

    max_results: int | None = None
    shown_score: float = 0.5
    max_input_bytes: int = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ApiSpec:
    """One operation of one provider.

    ``collections[0]`` is the main one: the list that most applications read. ``regions`` is set
    where labels come with their places in the picture.
    """

    id: str
    task: Task
    collections: tuple[CollectionSpec, ...]
    answer_fields: tuple[FieldSpec, ...] = ()
    label_field: str | None = None
    score_field: str | None = None
    limits: Limits = field(default_factory=Limits)
    reference: str = ""
    regions: RegionForm | None = None

    @property
    def provider(self) -> str:
        """The first part of the id: ``google`` or ``aws``."""
        return self.id.split(".", 1)[0]

    @property
    def service(self) -> str:
        """The second part of the id, for instance ``vision`` or ``rekognition``."""
        return self.id.split(".")[1]

    @property
    def operation(self) -> str:
        """The last part of the id, for instance ``label_detection``."""
        return self.id.rsplit(".", 1)[1]

    @property
    def main(self) -> CollectionSpec:
        """The collection that most applications read."""
        return self.collections[0]

    @property
    def score_scale(self) -> float:
        """Provider's units per unit of score (1 for fractions, 100 for percent)."""
        spec = self.main.field(self.score_field) if self.score_field else None
        return spec.scale if spec else 1.0

    def collection(self, path: str) -> CollectionSpec | None:
        """Return the collection at ``path`` in an answer, or None."""
        return next((one for one in self.collections if one.path == path), None)


LIKELIHOODS: Final = (
    "UNKNOWN",
    "VERY_UNLIKELY",
    "UNLIKELY",
    "POSSIBLE",
    "LIKELY",
    "VERY_LIKELY",
)
