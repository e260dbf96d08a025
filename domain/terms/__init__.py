"""术语 · The field's vocabulary as code, one module a chapter: closed lists with their labels in both languages.

Lists that differ by city or by year are not here but in the rule packs; a term says what a code *means*, a pack says
where it *counts*.
"""
