"""Returns that come child by child: lists, their headings, codes and days, and keys in place of people.

Belongs here: all that only these returns need. Does not belong here: reading cells, telling returns apart and writing,
which serve every return (orchestration.intake).
"""
