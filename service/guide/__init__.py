"""Guide: what words mean, what each role can do, how accessible the pages are.

Knows: the terms of this service, each said in one sentence.
Owns: no tables.
Asks: web.
Tells: nothing.
Never: shows anything of a case.
"""
