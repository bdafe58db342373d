"""The part of the published schema of SARIF 2.1.0 that concerns what we write; nothing else may stand there."""

from typing import Any


def _object(required: list[str], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": required,
        "properties": properties,
        "additionalProperties": False,
    }


def _list(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": "array", "items": items, **more}


_TEXT = {"type": "string", "minLength": 1}
_ONE_BASED = {"type": "integer", "minimum": 1}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_MESSAGE = _object(["text"], text=_TEXT)
_ARTIFACT = _object(
    ["uri"],
    uri={"type": "string", "pattern": r"^[A-Za-z0-9\-._~/%]+$"},
    uriBaseId={"const": "%SRCROOT%"},
)
_REGION = _object(
    ["startLine"],
    startLine=_ONE_BASED,
    startColumn=_ONE_BASED,
    endLine=_ONE_BASED,
    endColumn=_ONE_BASED,
)
_PHYSICAL = _object(["artifactLocation"], artifactLocation=_ARTIFACT, region=_REGION)
_LOCATION = _object(
    ["physicalLocation"],
    id={"type": "integer", "minimum": -1},
    physicalLocation=_PHYSICAL,
    message=_MESSAGE,
)
_REPLACEMENT = _object(
    ["deletedRegion"],
    deletedRegion=_REGION,
    insertedContent=_object(["text"], text={"type": "string"}),
)
_CHANGE = _object(
    ["artifactLocation", "replacements"],
    artifactLocation=_ARTIFACT,
    replacements=_list(_REPLACEMENT, minItems=1),
)
_FIX = _object(
    ["artifactChanges"],
    description=_MESSAGE,
    artifactChanges=_list(_CHANGE, minItems=1, uniqueItems=True),
)
_RESULT = _object(
    ["message"],
    ruleId={"type": "string"},
    ruleIndex={"type": "integer", "minimum": -1},
    level=_LEVEL,
    message=_MESSAGE,
    locations=_list(_LOCATION, minItems=0),
    relatedLocations=_list(_LOCATION, minItems=0, uniqueItems=True),
    fixes=_list(_FIX, minItems=0, uniqueItems=True),
)
_RULE = _object(
    ["id"],
    id={"type": "string"},
    shortDescription=_MESSAGE,
    fullDescription=_MESSAGE,
    help=_MESSAGE,
    defaultConfiguration=_object([], level=_LEVEL),
)
_DRIVER = _object(
    ["name"],
    name=_TEXT,
    version={"type": "string"},
    rules=_list(_RULE, minItems=0, uniqueItems=True),
)
_RUN = _object(
    ["tool"],
    tool=_object(["driver"], driver=_DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results=_list(_RESULT, minItems=0),
)
SHAPE = _object(
    ["version", "runs"],
    **{"$schema": {"type": "string", "format": "uri"}, "version": {"const": "2.1.0"}},
    runs=_list(_RUN, minItems=0),
)
