"""授权 · Who may do what, to which rows, and see which classes of them (law 4).

Casbin answers from ``policy.txt``; the answer is compiled to a scope once a request, signed into
the transaction, and PostgreSQL's row-level security refuses everything else. Only this package
imports ``casbin`` and ``joserfc``.
"""
