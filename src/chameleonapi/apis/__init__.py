"""Facts about the ML APIs of the providers, and the words that all rooms share.

Standard library only. Refuses to talk to any provider.
"""

from chameleonapi.apis.answer import (
    build_answer,
    build_element,
    elements,
    join_answer,
    label_answer,
    read_field,
    shown_labels,
    write_elements,
    write_field,
)
from chameleonapi.apis.catalogue import api_ids, get_api, iter_apis, register_api
from chameleonapi.apis.detections import (
    CORNER_FIELDS,
    INSTANCE_COUNT,
    NOT_THERE,
    Detections,
    RegionBox,
    corner_values,
    object_answer,
)
from chameleonapi.apis.entities import (
    ENTITY_APIS,
    FoundEntity,
    Mention,
    Mentions,
    entities_of,
    entity_answer,
    entity_element,
)
from chameleonapi.apis.joint import answer_keys, are_separate, joint_spec, own_part
from chameleonapi.apis.likelihoods import (
    LEVEL_BORDERS,
    LEVELS,
    degree_of,
    level_of,
    likelihood_answer,
)
from chameleonapi.apis.prediction_answer import prediction_answer
from chameleonapi.apis.predictor import (
    ApiAnswer,
    ApiPredictor,
    LabelScores,
    Prediction,
    Predictor,
    Request,
)
from chameleonapi.apis.routing import (
    LABEL_APIS,
    GenericFor,
    LabelPredictor,
    RoutedPredictor,
    as_api_predictor,
)
from chameleonapi.apis.spec import (
    LIKELIHOODS,
    ApiSpec,
    CollectionSpec,
    FieldKind,
    FieldSpec,
    Limits,
    RegionForm,
    Task,
)

__all__ = [
    "CORNER_FIELDS",
    "ENTITY_APIS",
    "INSTANCE_COUNT",
    "LABEL_APIS",
    "LEVELS",
    "LEVEL_BORDERS",
    "LIKELIHOODS",
    "NOT_THERE",
    "ApiAnswer",
    "ApiPredictor",
    "ApiSpec",
    "CollectionSpec",
    "Detections",
    "FieldKind",
    "FieldSpec",
    "FoundEntity",
    "GenericFor",
    "LabelPredictor",
    "LabelScores",
    "Limits",
    "Mention",
    "Mentions",
    "Prediction",
    "Predictor",
    "RegionBox",
    "RegionForm",
    "Request",
    "RoutedPredictor",
    "Task",
    "answer_keys",
    "api_ids",
    "are_separate",
    "as_api_predictor",
    "build_answer",
    "build_element",
    "corner_values",
    "degree_of",
    "elements",
    "entities_of",
    "entity_answer",
    "entity_element",
    "get_api",
    "iter_apis",
    "join_answer",
    "joint_spec",
    "label_answer",
    "level_of",
    "likelihood_answer",
    "object_answer",
    "own_part",
    "prediction_answer",
    "read_field",
    "register_api",
    "shown_labels",
    "write_elements",
    "write_field",
]
