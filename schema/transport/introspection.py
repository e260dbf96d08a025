"""Does a document ask about the schema alone?"""

from graphql import FieldNode, FragmentDefinitionNode, FragmentSpreadNode, InlineFragmentNode

from .documents import Prepared

META_FIELDS = frozenset({"__schema", "__type", "__typename"})


def asks_only_introspection(prepared: Prepared) -> bool:
    """True when every root field, also in fragments, is a meta field of a query."""
    if not prepared.is_query:
        return False
    fragments = {
        definition.name.value: definition.selection_set
        for definition in prepared.document.definitions
        if isinstance(definition, FragmentDefinitionNode)
    }
    stack = [prepared.operation.selection_set]
    seen: set[str] = set()
    while stack:
        for selection in stack.pop().selections:
            match selection:
                case FieldNode():
                    if selection.name.value not in META_FIELDS:
                        return False
                case InlineFragmentNode():
                    stack.append(selection.selection_set)
                case FragmentSpreadNode() if selection.name.value not in seen:
                    seen.add(selection.name.value)
                    stack.append(fragments[selection.name.value])
    return True
