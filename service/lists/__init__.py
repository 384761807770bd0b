"""Lists: needs, offers, proposals, past help, institutions; narrowed, searched, taken along as files.

Knows: what each list can be narrowed to and ordered by, how many of what the reader may see fit, how a line
    is told in words, which columns its file has, and under which address the API gives the same.
Owns: no tables.
Asks: matches, needs, offers, deliveries, stakeholders, reference; always as the caller.
Tells: nothing; that titles were read is noted by the rooms whose they are.
Never: shows, counts or writes into a file more than the queries of the rooms give the caller; lets a
    spreadsheet take what somebody typed for a formula.
"""
