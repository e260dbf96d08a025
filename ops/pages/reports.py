"""``docs/reports.md``: the reports S-01 … S-23, their figures, whom the policy shows them, the clauses behind."""

from __future__ import annotations

from collections.abc import Iterator

from authz.policy import committed
from ops.pages.markdown import escaped, table
from projections.reports.annual import LEFT_OUT
from projections.reports.catalogue import REPORTS
from projections.reports.grammar import Every, Figure, Report

HEAD = """# 统计报表 · Reports

由代码生成,请勿手改(`make regen`)。Told from the code; do not edit.

每张报表都可按截止日查询(`report(code, division, asOf, period)`):只计截止日及以前**已记录**的事实;人数少的单元不显示,\
也不能由上下级、合计或两个时点相减推出;每个数字可追溯到事件。\
年度进展报告另见 `annualReport`(报送时的数字与此后的差异)和 `annualReportDraft`(待签署的数字与摘要)。

Every report is asked as of a day: what had been *recorded* by its end counts. Small cells are held back, and so is what
would give them away: by the division above, by a total, or by two days. Every figure is traced to its events. Of the
yearly report, `annualReport` tells what was sent and what differs now, `annualReportDraft` what would be signed.

- **持有 Held back**: 人 = rows are of people, small cells are not shown; — = units and their acts, always shown.
- **零 Zero**: 显 = nobody is shown as zero; 隐 = nobody tells something of everybody, and is held back.
- **工作 Work**: the part says what an agency did; it is shown wherever the whole is.
"""
_EVERY = {
    Every.LIVE: "实时 live",
    Every.WEEK: "每周 weekly",
    Every.MONTH: "每月 monthly",
    Every.QUARTER: "每季 quarterly",
    Every.SEMESTER: "每学期 each term",
    Every.YEAR: "每年 yearly",
}


def render() -> str:
    """The page."""
    lines = [HEAD]
    for report in REPORTS.values():
        lines += _report(report)
    lines += ["", "## 年度进展报告不含的报表 · Not in the yearly report", ""]
    lines += table(
        ("报表 Report", "原因 Why"),
        ((f"`{code}` {REPORTS[code].zh}", escaped(why)) for code, why in sorted(LEFT_OUT.items())),
    )
    return "\n".join(lines) + "\n"


def _report(report: Report) -> Iterator[str]:
    yield from ("", f"## `{report.code}` {report.zh} · {report.en}", "")
    yield escaped(report.definition)
    yield ""
    yield f"- 周期 Period: {_EVERY[report.every]}"
    yield f"- 依据 Clauses: {'、'.join(f'`{c}`' for c in report.clauses)}"
    yield f"- 权限 Act: `statistics.{report.act}` — {'、'.join(_readers(report))}"
    if report.parameters:
        yield f"- 参数 Parameters: {'、'.join(f'`{p}`' for p in report.parameters)}"
    yield ""
    yield from table(
        (
            "指标 Figure",
            "中文",
            "English",
            "单位 Unit",
            "分组 Broken down by",
            "持有",
            "零",
            "工作",
        ),
        (_figure(f) for f in report.figures),
    )


def _figure(figure: Figure) -> tuple[str, ...]:
    splits = [f"{s.zh} `{s.key}`" for s in figure.by]
    if figure.compared:
        splits.append("下级区划 divisions below")
    return (
        f"`{figure.key}`",
        escaped(figure.zh),
        escaped(figure.en),
        figure.unit,
        "、".join(splits),
        "人" if figure.of.of_people else "—",
        "隐" if figure.zero_tells else "显",
        "✓" if figure.of_work else "",
    )


def _readers(report: Report) -> list[str]:
    """Whom the policy shows it, in its own words."""
    act, policy = f"statistics.{report.act}", committed()
    roles = {
        row.role.removeprefix("role:")
        for row in policy.rows
        if row.act == act and row.resource == "statistics"
    }
    return sorted(policy.roles[name].zh for name in roles)
