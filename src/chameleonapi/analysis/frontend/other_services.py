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
_CLIENTS: Final = frozenset({"client", "resource"})


def find_other_services(sources: Mapping[str, Source]) -> tuple[Notice, ...]:
    """Return one note for each service and file, at the first place that speaks of it."""
    found: dict[tuple[str, str], Notice] = {}
    for file, source in sorted(sources.items()):
        for service, node in _mentions(source.tree):
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
    if not (isinstance(node.func, ast.Attribute) and node.func.attr in _CLIENTS):
        return None
    first = (
        node.args[0]
        if node.args
        else next((one.value for one in node.keywords if one.arg == "service_name"), None)
    )
    if isinstance(first, ast.Constant) and isinstance(first.value, str):
        return _AMAZON.get(first.value)
    return None
