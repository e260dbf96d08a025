"""Trusted documents: operations known beforehand, asked for by the SHA-256 of their text (GraphQL over HTTP, "Persisted
documents": `documentId: "sha256:<hex>"`).

A manifest is a JSON object, `{"documents": {"<hex>": "<text>"}}`; a text under a wrong id stops the start. With `LOG`
other documents run and are noted by id; with `REQUIRE` they are refused, whoever asks, in demo mode too.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from pathlib import Path

import orjson

from .errors import Code, CodedError
from .parameters import Parameters

logger = logging.getLogger("yidang.transport")

PREFIX = "sha256:"


class Trust(Enum):
    """What becomes of a document that is not in the manifest."""

    OFF = "off"
    LOG = "log"
    REQUIRE = "require"


class BadManifest(ValueError):
    """The manifest is not what it should be; `str()` says where."""


def document_id(text: str) -> str:
    """The id of a document: the SHA-256 of its UTF-8 text, in hex."""
    return sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class TrustedDocuments:
    """The manifest, and how strictly it is meant."""

    trust: Trust = Trust.OFF
    texts: Mapping[str, str] = field(default_factory=dict)

    def text(self, parameters: Parameters) -> str:
        """The text to run: CodedError for an unknown id, and for a stranger's text where that is refused."""
        if parameters.document_id is not None:
            known = self.texts.get(parameters.document_id.removeprefix(PREFIX).lower())
            if known is None:
                raise _unknown()
            return known
        if self.trust is Trust.OFF:
            return parameters.query
        ident = document_id(parameters.query)
        if ident not in self.texts:
            if self.trust is Trust.REQUIRE:
                raise CodedError(
                    Code.FORBIDDEN,
                    zh="只执行清单内的查询文档",
                    en="Only documents of the manifest are run",
                    field="query",
                )
            logger.warning("document not in the manifest: %s", ident)
        return parameters.query


def manifest(path: Path) -> Mapping[str, str]:
    """The documents of a manifest file by id. Raises `BadManifest`."""
    try:
        found = orjson.loads(path.read_bytes())["documents"]
        pairs = [(str(ident).removeprefix(PREFIX).lower(), text) for ident, text in found.items()]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadManifest(f"{path}: {type(error).__name__}") from error
    for ident, text in pairs:
        if not isinstance(text, str) or document_id(text) != ident:
            raise BadManifest(f"{path}: {ident} is not the SHA-256 of its text")
    return dict(pairs)


def _unknown() -> CodedError:
    return CodedError(
        Code.BAD_USER_INPUT,
        zh="清单中没有此查询文档",
        en="No document of this id is in the manifest",
        field="documentId",
    )
