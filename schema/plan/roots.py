"""The root fields a plan knows, and the plan itself: its statements, its parameters, and what writes the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from graphql import FieldNode, GraphQLObjectType, SelectionNode

from authz.scope import Pairs
from domain.sensitivity import P0, P2, Sensitivity
from projections.fragments import Fragment
from projections.pipeline import Statement
from projections.readmodel import asked_by_row_security, lies_within_another
from projections.row_law import PARENTS
from schema.access import ORDER_BY_ID
from schema.objects import REDACTIONS_MAX, SHAPES
from schema.own_work import LEDGER, LEDGER_ASKS, OPEN_NEEDS, WORK_DONE, files_of
from schema.plan.below import masks
from schema.plan.compilation import Compilation, Path, Place, Writes
from schema.plan.leaves import present
from schema.plan.level import Level, Param, Ready, sent
from schema.plan.objects import ObjectNode
from schema.plan.pages import root_page
from schema.plan.selection import Deopt, Rendering, Unplanned
from schema.plan.told import Telling, Worked
from schema.plan.unit_work import unit_load, work_queue
from schema.plan.viewer import viewer
from schema.relations import Relation, Shown
from schema.types import CASE_BY_ID, CHILD_BY_ID, TASK_BY_ID
from schema.units import DIRECTORY, UNIT_BY_ID
from schema.words_asked import DIVISION, QUEUE, SERVICE, TIER, Words

if TYPE_CHECKING:
    from schema.plan.run import Run
    from schema.queue_changes import QueueChange

WritesRoot = Callable[["Run"], str]
TellsChange = Callable[["QueueChange", "Run"], str]
LOOKUPS: Final = {
    "child": CHILD_BY_ID,
    "case": CASE_BY_ID,
    "unitRecord": UNIT_BY_ID,
    "accessOrder": ORDER_BY_ID,
    "workItem": TASK_BY_ID,
}
DENIED_AS: Final = {"access_order": "access"}
"""How the journal calls what was asked for and is out of reach, where not by the table's object."""


WORKED_OUT: Final = {
    "clause": "a text of the platform: no table is read",
    "divisions": "the divisions' own tree: no table of the read models",
    "dutyContacts": "the divisions' tree says whose territory a place lies in: a few rows open to everybody",
    "queues": "the catalogue of queues: no table is read",
    "terms": "the field's vocabularies: no table is read",
    "rulesInForce": "the rulebook's answer: no table is read",
    "riskDistribution": "figures over rows that nobody may see, small cells held back",
    "rulesFile": "the state of a stream of the log, for the gate's answer",
    "responsibilities": "the plan's tasks with counts under the viewer's reach",
    "report": "figures of a catalogue as of a day, small cells held back",
    "annualReport": "figures as sent, verified by their digest",
    "annualReportDraft": "figures as of a day, with the digest to sign",
    "reportProgress": "a code that is looked up beside the read models, and counted",
    "rehearsal": "the rules put to every child of a division",
    "childAsKnown": "a child's stream retold up to a moment",
    "caseAsKnown": "a case's stream retold up to a moment",
    "accessJournal": "the journal, through the function that guards it",
    "possibleDuplicates": "files beyond reach, through the function that tells no more than whom to ask",
}
"""Root fields that are asked of their resolvers, and why no statement of a read model is their answer."""


@dataclass(frozen=True)
class Asked:
    """An argument that may be left out, and filters by a class of an object."""

    obj: str
    cls: Sensitivity
    words: Words | None = None
    """Of which it must be a word."""


@dataclass(frozen=True)
class Choice:
    """An argument that is one of an enum: what each of these means to the statement, and what leaving it out does."""

    means: Callable[[str | None], Sequence[str]]


@dataclass(frozen=True)
class Page:
    """A root field that is a connection; its arguments beside those of every page, None where one is required."""

    relation: Relation
    arguments: Mapping[str, Asked | Choice | None]


OF_UNIT: Final = {"workQueue": work_queue, "unitLoad": unit_load}
"""The work of a unit, under a filter."""
PAGES: Final = {
    "ledger": Page(
        LEDGER,
        {
            **{
                name: Asked("child", cls, {"division": DIVISION, "tier": TIER}.get(name))
                for name, cls in LEDGER_ASKS.items()
            },
            "status": Choice(files_of),
        },
    ),
    "workDone": Page(
        WORK_DONE,
        {
            "unit": None,
            "queue": Asked("work_item", P0, QUEUE),
            "since": Asked("work_item", P0),
            "until": Asked("work_item", P0),
            "late": Asked("work_item", P0),
            "person": Asked("work_item", P2),
        },
    ),
    "units": Page(
        DIRECTORY,
        {
            "division": Asked("unit", P0, DIVISION),
            "kind": Asked("unit", P0),
            "name": Asked("unit", P0),
        },
    ),
    "openNeeds": Page(OPEN_NEEDS, {"service": Asked("need", P2, SERVICE)}),
}


@dataclass(frozen=True, eq=False)
class Plan:
    """What runs: statements with the parameters each takes, and the members of ``data`` in their order."""

    statements: tuple[Ready, ...]
    params: tuple[Param, ...]
    members: tuple[tuple[str, WritesRoot], ...]
    names: tuple[object, ...]
    """What each parameter is, for whoever reads the plan."""
    asks: Pairs
    """What the statements and row security ask the scope for: no more of it is sent along."""
    varying: tuple[int, ...] = ()
    """The parameters that are not the same in all requests of a capacity."""
    looks: tuple[int, ...] = ()
    """The parameters that are ids of children and cases, if row security is to judge them once a statement."""
    reaches: tuple[int, ...] = ()
    """The parameters by which what is reached may be few, if a list is read among these (``schema.plan.reach``)."""
    worked: tuple[Worked, ...] = ()
    """The root fields that are asked of their resolvers, before anything is read."""
    fragments: Mapping[tuple[str, str], Fragment] = field(default_factory=dict)
    """The rendered fragments it uses, by table and column."""

    resolves: bool = False
    """Whether resolvers work out something of it, before its rows are read or after."""
    rendering: Rendering = Rendering.COLUMNS
    """The most it reads of what was rendered before."""
    tells: TellsChange | None = None
    """Of a subscription: the JSON of ``data`` for one change, once the items are read."""

    async def work_out(self, run: Run, telling: Telling) -> None:
        """Asks those resolvers, one after another."""
        for one in self.worked:
            text = await one.json(None, None, telling)
            held, telling.context.redactions = telling.context.redactions, []
            run.worked[one.key] = text, held

    def write(self, run: Run) -> str:
        """The JSON of ``data``."""
        return "{" + ",".join([f'"{key}":{write(run)}' for key, write in self.members]) + "}"


def compiled(made: Compilation, selections: Sequence[SelectionNode]) -> Plan:
    """The plan of a query, with what may be rendered where it fits. Raises ``Unplanned``."""
    query = made.selection.schema.query_type
    assert query is not None
    members = tuple(
        (key, _root(made, query, key, nodes))
        for key, nodes in made.selection.fields(query, selections).items()
    )
    return planned(made, members)


def planned(
    made: Compilation,
    members: tuple[tuple[str, WritesRoot], ...] = (),
    tells: TellsChange | None = None,
) -> Plan:
    """The plan of what was compiled: of a query its ``members``, of a subscription what ``tells`` a change."""
    statements = made.statements()
    varying = made.params.varying({i for s in statements for i in s.takes})
    statements = tuple(s.varying(varying) for s in statements)
    texts = [s.statement.sql.decode() for s in statements]
    asked = {pair for text in texts for pair in asked_by_row_security(text)}
    asks = frozenset((obj, Sensitivity(cls)) for obj, cls in asked)
    return Plan(
        statements,
        tuple(made.params.all),
        members,
        tuple(made.params.named),
        asks,
        varying,
        tuple(made.looks) if any(map(lies_within_another, texts)) else (),
        made.reaches,
        tuple(made.worked),
        dict(made.used),
        bool(made.worked) or made.later,
        _rendering(made),
        tells,
    )


def _rendering(made: Compilation) -> Rendering:
    if any(level.whole is not None for level in made.levels):
        return Rendering.WHOLE
    return Rendering.RUNS if made.used or made.params.tokens_told else Rendering.COLUMNS


def _root(
    made: Compilation, query: GraphQLObjectType, key: str, nodes: list[FieldNode]
) -> WritesRoot:
    name = nodes[0].name.value
    if name == "__typename":
        return lambda _run: f'"{query.name}"'
    if name in LOOKUPS:
        return _lookup(made, query, LOOKUPS[name], key, nodes)
    if name in PAGES:
        write = _page(made, query, PAGES[name], key, nodes)
        return lambda run: write((), None, run)
    if name in OF_UNIT:
        write = OF_UNIT[name](made, query, key, nodes)
        return lambda run: write((), None, run)
    if name == "viewer":
        return viewer(made, query, key, nodes)
    if name not in WORKED_OUT:
        raise Unplanned(f"Query.{name}")
    made.worked.append(Worked(made, query, key, nodes))

    def told(run: Run) -> str:
        text, held = run.worked[key]
        run.redactions.extend(held[: REDACTIONS_MAX - len(run.redactions)])
        return text

    return told


def _page(
    made: Compilation, query: GraphQLObjectType, page: Page, key: str, nodes: list[FieldNode]
) -> Writes:
    arguments = made.selection.arguments(query, nodes[0], *page.arguments, "first", "after")
    given = {}
    for name, asked in page.arguments.items():
        arg = arguments[name]
        value = made.value(arg)
        param = _chosen(value, asked) if isinstance(asked, Choice) else _text(value, asked)
        given[name] = made.params.mark((name, arg.variable, arg.value), param)
    return root_page(made, query, page.relation, given, key, nodes)


def _text(value: Callable[[Run], Any], asked: Asked | None) -> Param:
    """An argument as a parameter. Where it may be left out, a given one needs its class open (``asks_by``)."""

    def param(run: Run) -> bytes | None:
        found = value(run)
        if asked is not None:
            if found is not None and not run.scoped.scope[asked.obj].get(asked.cls):
                raise Deopt  # refused: an error, the reference's to tell
            if found is not None and asked.words and not asked.words.holds(str(found)):
                raise Deopt
            return None if found is None else sent(str(found))
        if found is None:
            raise Deopt
        return sent(str(found))

    return param


def _chosen(value: Callable[[Run], Any], choice: Choice) -> Param:
    """What was chosen, as a list of texts without anything in them that a list would quote."""
    return lambda run: sent("{" + ",".join(choice.means(value(run))) + "}")


def _lookup(
    made: Compilation,
    query: GraphQLObjectType,
    relation: Relation,
    key: str,
    nodes: list[FieldNode],
) -> WritesRoot:
    """One object by its id."""
    arguments = made.selection.arguments(query, nodes[0], "id")
    ident = _text(made.value(arguments["id"]), None)
    mark = made.params.mark(("id", arguments["id"].variable, arguments["id"].value), ident)
    model = relation.model
    level = Level(made.params, model, where=relation.where, given={"id": mark})
    number = made.level(level)
    place = Place(level, model.table, {relation.parent: mark})
    node = ObjectNode(made, SHAPES[relation.target], place, nodes)
    tokens, found = level.tokens(), level.column(model.key[0])
    if model.obj in PARENTS:
        made.looks.append(made.params.number(mark))
    path: Path = (None, key)
    looked, obj = relation.shown is Shown.BY_LOOK, DENIED_AS.get(model.obj, model.obj)
    masked = None if looked else masks(level, relation)

    def write(run: Run) -> str:
        rows = run.rows[number]
        if not rows:
            run.denied(obj, (ident(run) or b"").decode())
            return "null"
        row = rows[0]
        if masked is None:
            mask = run.look(model.obj, present(row[found]), row[tokens])
        else:
            (mask,) = masked([row], run)
        return node.under[mask].one(row, path, run)

    return write


__all__ = ["Plan", "Statement", "compiled"]
