"""Machine-learning services that are called and not analysed: named, so that nobody is misled."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Final

from chameleonapi.analysis.frontend.parsing import Source
from chameleonapi.decision import Notice, Span

__all__ = ["find_other_services"]

# the beginning of what is imported -> the service
_MODULES: Final = {
    "azure.cognitiveservices": "Azure Cognitive Services",
    "azure.ai.vision": "Azure AI Vision",
    "azure.ai.textanalytics": "Azure AI Language",
    "azure.ai.formrecognizer": "Azure AI Document Intelligence",
    "azure.ai.documentintelligence": "Azure AI Document Intelligence",
    "azure.ai.contentsafety": "Azure AI Content Safety",
    "azure.ai.inference": "Azure AI Inference",
    "clarifai": "Clarifai",
    "clarifai_grpc": "Clarifai",
    "openai": "OpenAI",
    "anthropic": "Anthropic",
    "cohere": "Cohere",
    "mistralai": "Mistral AI",
    "google.generativeai": "Google Gemini",
    "google.genai": "Google Gemini",
    "vertexai": "Google Vertex AI",
    "google.cloud.aiplatform": "Google Vertex AI",
    "google.cloud.automl": "Google AutoML",
    "google.cloud.videointelligence": "Google Video Intelligence",
    "google.cloud.speech": "Google Speech-to-Text",
    "google.cloud.translate": "Google Translation",
    "google.cloud.documentai": "Google Document AI",
    "ibm_watson": "IBM Watson",
    "watson_developer_cloud": "IBM Watson",
    "ibm_watson_machine_learning": "IBM Watson",
    "huggingface_hub": "Hugging Face Inference",
    "replicate": "Replicate",
    "roboflow": "Roboflow",
    "monkeylearn": "MonkeyLearn",
    "aylienapiclient": "AYLIEN",
    "deepl": "DeepL",
    "assemblyai": "AssemblyAI",
    "deepgram": "Deepgram",
}
_AMAZON: Final = {
    "textract": "Amazon Textract",
    "transcribe": "Amazon Transcribe",
    "translate": "Amazon Translate",
    "polly": "Amazon Polly",
    "lexv2-runtime": "Amazon Lex",
    "lex-runtime": "Amazon Lex",
    "bedrock-runtime": "Amazon Bedrock",
    "sagemaker-runtime": "Amazon SageMaker",
    "personalize-runtime": "Amazon Personalize",
    "comprehendmedical": "Amazon Comprehend Medical",
    "frauddetector": "Amazon Fraud Detector",
}
_ADDRESSES: Final = {
    "cognitiveservices.azure.com": "Azure Cognitive Services",
    "api.cognitive.microsoft.com": "Azure Cognitive Services",
    "openai.azure.com": "Azure OpenAI",
    "api.openai.com": "OpenAI",
    "api.anthropic.com": "Anthropic",
    "api.clarifai.com": "Clarifai",
    "api.imagga.com": "Imagga",
    "api-us.faceplusplus.com": "Face++",
    "api-cn.faceplusplus.com": "Face++",
    "api-inference.huggingface.co": "Hugging Face Inference",
    "router.huggingface.co": "Hugging Face Inference",
    "generativelanguage.googleapis.com": "Google Gemini",
    "aiplatform.googleapis.com": "Google Vertex AI",
    "videointelligence.googleapis.com": "Google Video Intelligence",
    "speech.googleapis.com": "Google Speech-to-Text",
    "translation.googleapis.com": "Google Translation",
    "documentai.googleapis.com": "Google Document AI",
    "aip.baidubce.com": "Baidu AI",
    "api.sightengine.com": "Sightengine",
    "api.deepai.org": "DeepAI",
}
# functions that make a client, and the keyword of the service
_CLIENTS: Final = {
    "client": "service_name",
    "resource": "service_name",
    "create_client": "service_name",  # aiobotocore
    "build": "serviceName",  # googleapiclient.discovery
}
# operations of services of which others are analysed: what speaks of the service, their names
_GOOGLE_VISION: Final = "Google Vision"
_OPERATIONS: Final = {
    _GOOGLE_VISION: (
        ("google.cloud.vision", "vision.googleapis.com", "vision"),
        (
            "CROP_HINTS",
            "PRODUCT_SEARCH",
            "async_batch_annotate_files",
            "batch_annotate_files",
            "crop_hints",
            "product_search",
        ),
    ),
    "Google Natural Language": (
        ("google.cloud.language", "language.googleapis.com", "language"),
        ("analyzeSyntax", "analyze_syntax"),
    ),
    "Amazon Rekognition": (
        ("rekognition",),
        (
            "compare_faces",
            "detect_custom_labels",
            "detect_protective_equipment",
            "get_celebrity_recognition",
            "get_content_moderation",
            "get_face_detection",
            "get_face_liveness_session_results",
            "get_face_search",
            "get_label_detection",
            "get_media_analysis_job",
            "get_person_tracking",
            "get_segment_detection",
            "get_text_detection",
            "index_faces",
            "recognize_celebrities",
            "search_faces",
            "search_faces_by_image",
            "search_users",
            "search_users_by_image",
        ),
    ),
    "Amazon Comprehend": (
        ("comprehend",),
        (
            "batch_detect_syntax",
            "batch_detect_targeted_sentiment",
            "contains_pii_entities",
            "detect_pii_entities",
            "detect_syntax",
            "detect_targeted_sentiment",
            "detect_toxic_content",
        ),
    ),
}


def find_other_services(sources: Mapping[str, Source]) -> tuple[Notice, ...]:
    """Return one note for each service or operation and file, at the first place that uses it."""
    operations = _operations_of(_spoken_of(sources))
    found: dict[tuple[str, str], Notice] = {}
    for file, source in sorted(sources.items()):
        for service, node in (*_mentions(source.tree), *_uses(source.tree, operations)):
            if (file, service) in found:
                continue
            line = source.lines[node.lineno - 1] if node.lineno <= len(source.lines) else ""
            column = len(line.encode()[: node.col_offset].decode("utf-8", "ignore"))
            found[file, service] = Notice(
                "unknown-api",
                f"{service} is used here; what is decided on its answers is not analysed.",
                Span(file, node.lineno, column),
            )
    return tuple(sorted(found.values(), key=lambda one: one.span))


def _spoken_of(sources: Mapping[str, Source]) -> frozenset[str]:
    """Return the services with analysed operations of which any file speaks."""
    found = set()
    for source in sources.values():
        for node in ast.walk(source.tree):
            words = _words(node)
            for service, (names, _) in _OPERATIONS.items():
                if any(_is_of(word, name) for word in words for name in names):
                    found.add(service)
    return frozenset(found)


def _words(node: ast.AST) -> list[str]:
    """Return what a statement imports, a call makes a client of, or an address names."""
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [f"{node.module}.{one.name}" for one in node.names]
    if isinstance(node, ast.Call):
        service = _service_name(node)
        return [] if service is None else [service]
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and "://" in node.value:
        return [node.value.partition("://")[2].partition("/")[0]]
    return []


def _is_of(word: str, name: str) -> bool:
    # google.cloud.vision_v1.types is google.cloud.vision
    return word == name or (word.startswith((f"{name}.", f"{name}_v")) and "." in name)


def _operations_of(services: frozenset[str]) -> dict[str, str]:
    return {
        name: f"{name} of {service}" for service in services for name in _OPERATIONS[service][1]
    }


def _uses(
    tree: ast.Module, operations: Mapping[str, str]
) -> Iterator[tuple[str, ast.stmt | ast.expr]]:
    if not operations:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            if node.func.attr in operations:
                yield operations[node.func.attr], node
        elif isinstance(node, ast.Attribute) and node.attr.isupper():
            if node.attr in operations:
                yield operations[node.attr], node
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # a feature by its name, and the end of an address such as documents:analyzeSyntax
            name = node.value.split("?")[0].rpartition(":")[2]
            if name in operations and (name.isupper() or ":" in node.value):
                yield operations[name], node


def _mentions(tree: ast.Module) -> Iterator[tuple[str, ast.stmt | ast.expr]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level:
            base = node.module or ""
            names = [base, *(f"{base}.{one.name}" for one in node.names)]
        elif isinstance(node, ast.Call):
            service = _amazon(node)
            if service is not None:
                yield service, node
            continue
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if "://" in node.value or node.value.count(".") >= 2:
                for address, service in _ADDRESSES.items():
                    if address in node.value:
                        yield service, node
            continue
        else:
            continue
        for name in names:
            service = _of_module(name)
            if service is not None:
                yield service, node


def _of_module(name: str) -> str | None:
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        prefix = ".".join(parts[:end])
        for known, service in _MODULES.items():
            # google.cloud.translate_v2 is google.cloud.translate
            if prefix == known or (end == len(parts) and prefix.startswith(f"{known}_v")):
                return service
    return None


def _amazon(node: ast.Call) -> str | None:
    name = _service_name(node)
    return None if name is None else _AMAZON.get(name)


def _service_name(node: ast.Call) -> str | None:
    """Return the service of a call such as ``boto3.client("rekognition")``."""
    if not isinstance(node.func, (ast.Attribute, ast.Name)):
        return None
    called = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id
    keyword = _CLIENTS.get(called)
    if keyword is None:
        return None
    named = next((one.value for one in node.keywords if one.arg == keyword), None)
    first = node.args[0] if node.args else named
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return first.value
    return None
