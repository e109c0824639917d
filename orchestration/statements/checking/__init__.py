"""What a text claims about figures, held against the stored series.

It understands, for an indicator named by a label of the publication (or given) and a month named (or given):
values; changes by a number, in per cent or percentage points, and from one value to another; up, down, more, fewer
against a named month, last month or last year; "for the third month running"; highest and lowest in, of or since;
below, above, met and missed targets with or without their number; England and statistical neighbours; places ("13th of
152"); "48 of 223 (21.5%)"; "one in four", "two thirds"; year to date, quarter, twelve months; ratings; usual range;
projections; breaks and figures that are not there.

It does not understand, and says `not_checkable`: plans, wishes and expectations, words without measure
("significantly", "stable"), causes, parts of a whole (a team, a source) unless a label means just that, and anything
whose month, basis or indicator is not plain. It would rather say so than accuse wrongly. Numbers hold if the stored
figure, rounded half up, gives what is printed.
"""
