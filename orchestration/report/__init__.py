"""Pages made from a publication.

Belongs here: reading a publication and rendering self-contained HTML. Does not belong here: judging, arithmetic, and
any file other than the publication that is given.
"""
