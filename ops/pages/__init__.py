"""Pages of ``docs/`` that are told from the code: actions, clauses, glossary."""
