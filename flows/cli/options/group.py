"""The model of a group of options, and one made from the model of parameters."""

from collections.abc import Collection, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, create_model


class OptionGroup(BaseModel):
    """Options that are checked, and never shown where they are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True, defer_build=True)


def optional(
    parameters: type[BaseModel],
    *,
    without: Collection[str] = (),
    changed: Mapping[str, tuple[Any, Any]] | None = None,
    base: type[BaseModel] = OptionGroup,
) -> Any:
    """A model of options with the names, bounds and help of parameters; one without a default becomes None.

    Args:
        parameters: a model that is complete.
        without: names that are no options.
        changed: other types and defaults, by name.
        base: has the options that are no parameters.
    """
    fields: dict[str, Any] = {}
    for name in [name for name in parameters.model_fields if name not in without]:
        field = parameters.model_fields[name]
        kind: Any = field.annotation
        as_it_is = (kind | None, None) if field.is_required() else (kind, field.default)
        kind, default = (changed or {}).get(name, as_it_is)
        fields[name] = (Annotated[kind, *field.metadata, Field(description=field.description)], default)
    return create_model(f"Optional{parameters.__name__}", __base__=base, **fields)
