"""Templates to pages: everything is escaped but what this package itself has drawn."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from chameleonapi.errors import MissingPackageError
from chameleonapi.report import numbers
from chameleonapi.report.characters import visible

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["markup", "render", "write_whole"]

_TEMPLATES: Final = Path(__file__).parent / "templates"


def render(template: str, context: Mapping[str, Any]) -> str:
    """Return a page with the style sheet in it, and the digest that its policy allows.

    Raises:
        MissingPackageError: if jinja2 is not installed.
    """
    environment = _environment()
    style = (_TEMPLATES / "style.css").read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    found = environment.get_template(template)
    return found.render(style=markup(style), style_digest=digest, **context)


def _environment() -> Environment:
    try:
        import jinja2
        from markupsafe import Markup
    except ImportError:
        raise MissingPackageError(
            "jinja2", needed_for="the HTML report", install="pip install 'chameleonapi[report]'"
        ) from None

    def show(value: Any) -> Any:
        return visible(value, keep="\n\t") if type(value) is not Markup else value

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=show,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in ("percent", "percent_span", "points", "points_span", "relative", "count"):
        environment.filters[name] = getattr(numbers, name)
    environment.filters["duration"] = numbers.duration
    environment.filters["memory"] = numbers.memory
    return environment


def markup(text: str) -> Any:
    """Mark text that this package itself wrote as markup.

    Raises:
        MissingPackageError: if jinja2 is not installed.
    """
    try:
        from markupsafe import Markup
    except ImportError:
        raise MissingPackageError(
            "jinja2", needed_for="the HTML report", install="pip install 'chameleonapi[report]'"
        ) from None
    return Markup(text)  # noqa: S704  drawings escape their texts, the style sheet is a file of ours


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that is complete or not there."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
