"""Facts about the ML APIs of the providers, and the words that all rooms share.

Standard library only. Refuses to talk to any provider.
"""

from chameleonapi.apis.answer import (
    build_answer,
    elements,
    label_answer,
    read_field,
    shown_labels,
    write_elements,
    write_field,
)
from chameleonapi.apis.catalogue import api_ids, get_api, iter_apis, register_api
from chameleonapi.apis.joint import answer_keys, are_separate, joint_spec, own_part
from chameleonapi.apis.prediction_answer import prediction_answer
from chameleonapi.apis.predictor import (
    ApiAnswer,
    ApiPredictor,
    LabelScores,
    Prediction,
    Predictor,
    Request,
)
from chameleonapi.apis.routing import LABEL_APIS, LabelPredictor, RoutedPredictor, as_api_predictor
from chameleonapi.apis.spec import (
    LIKELIHOODS,
    ApiSpec,
    CollectionSpec,
    FieldKind,
    FieldSpec,
    Limits,
    Task,
)

__all__ = [
    "LABEL_APIS",
    "LIKELIHOODS",
    "ApiAnswer",
    "ApiPredictor",
    "ApiSpec",
    "CollectionSpec",
    "FieldKind",
    "FieldSpec",
    "LabelPredictor",
    "LabelScores",
    "Limits",
    "Prediction",
    "Predictor",
    "Request",
    "RoutedPredictor",
    "Task",
    "answer_keys",
    "api_ids",
    "are_separate",
    "as_api_predictor",
    "build_answer",
    "elements",
    "get_api",
    "iter_apis",
    "joint_spec",
    "label_answer",
    "own_part",
    "prediction_answer",
    "read_field",
    "register_api",
    "shown_labels",
    "write_elements",
    "write_field",
]
