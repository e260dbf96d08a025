"""Compiled read plans: an operation becomes SQL and a generated encoder once, and graphql-core is not asked again.

    document ── parsed, validated (transport) ──▶ plan for this combination of @skip/@include   (plans.py)
       selection.py   CollectFields at compile time: fragments, merging, skip/include, arguments
       level.py       one statement a list of rows: only the columns asked for, limited by the plan's own predicate
       leaves.py      how a column's text becomes JSON          objects.py  a row: one generated function a mask
       below.py       relations below a row                     pages.py    keyset connections
       lines.py       a line of a timeline                      cited.py    what it cites
       timelines.py   pages of lines                            rendered.py runs that projections rendered
       whole.py       pages that PostgreSQL writes whole        whole_page.py  what they ask of the statement
       roots.py       the root fields                           viewer.py   the viewer's own work
       unit_work.py   a unit's queues and its load              filters.py  under which conditions
       inputs.py      variables, read strictly                  operation.py  the variants of an operation
       told.py        what resolvers work out, encoded          run.py      one request: segment, encoding, journal
       explain.py     what a document becomes, for a person     compilation.py  what these parts share

A plan answers only what is free of errors. Whatever it does not cover (``Unplanned``) or cannot answer (``Deopt``) is
executed by graphql-core from the same declarations before anything is sent, so that messages, paths and the way of
nulls are the reference's own. Rows are limited in the statement and again by row-level security; classes are masked in
the encoder, by the same sets.
"""
