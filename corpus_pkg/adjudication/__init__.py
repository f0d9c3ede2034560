"""From two annotation passes to one annotation: equal items go through, each difference is decided, with a reason.

The way: `names` brings the second pass under the names of the first → `differences` sets aside what both have →
`register` keeps a decision for each of the rest → `settle` puts together what was decided.
"""
