"""条款何处落实 · From each clause to what fulfils it, and on to the tests that show it: read, never written by hand.

:mod:`citations` reads the declarations, :mod:`test_sources` and :mod:`assertions` read the tests, :mod:`shown` joins
them.
"""
