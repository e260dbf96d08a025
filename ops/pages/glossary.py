"""``docs/glossary.md``: the field's vocabulary: streams, terms, fields and columns, in both languages."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator

import domain.actions
import domain.terms
from domain.kernel import STREAMS
from domain.labels import FIELD_LABELS, Term, title_of
from domain.risk import RiskFactor
from domain.sensitivity import Sensitivity
from ops.pages.markdown import escaped, table
from ops.pages.order import streams
from projections.column_labels import COLUMN_LABELS

HEAD = """# 词汇 · Glossary

由代码生成,请勿手改(`make regen`)。Told from the code; do not edit.

中文为准,英文为标识符与译文。Chinese is the term of record; English is the identifier and its translation.
"""


def render() -> str:
    """The page."""
    lines = [HEAD, "## 流 · Streams", ""]
    states = ((name, STREAMS[name].label) for name in streams())
    rows = ((f"`{name}`", label.zh, label.en) for name, label in states)
    lines += table(("", "中文", "English"), rows)
    lines += ["", "## 敏感等级 · Sensitivity classes", ""]
    lines += table(("", "中文"), ((f"`{c.value}`", c.zh) for c in Sensitivity))
    lines += ["", "## 用语 · Terms"]
    for term in terms():
        lines += _term(term)
    lines += ["", "## 字段 · Fields", ""]
    named = {**COLUMN_LABELS, **FIELD_LABELS}
    fields = ((f"`{n}`", escaped(named[n].zh), escaped(named[n].en)) for n in sorted(named))
    lines += table(("", "中文", "English"), fields)
    return "\n".join(lines) + "\n"


def terms() -> Iterator[type[Term]]:
    """Every vocabulary of ``domain/terms``, module by module, and the risk factors."""
    for module in pkgutil.iter_modules(domain.terms.__path__):
        space = importlib.import_module(f"domain.terms.{module.name}")
        for value in vars(space).values():
            own = inspect.isclass(value) and value.__module__ == space.__name__
            if own and issubclass(value, Term):
                yield value
    yield RiskFactor


def _term(term: type[Term]) -> Iterator[str]:
    title = title_of(term)
    yield from ("", f"### {term.__name__}", "", f"{title.zh} · {title.en}", "")
    yield from table(
        ("", "中文", "English"), ((f"`{m.name}`", escaped(m.zh), escaped(m.en)) for m in term)
    )
