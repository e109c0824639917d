-- What children's lists say of the indicators, nothing hidden: for the restricted publication of the authority itself, and for nothing else.
{{ child_figures(ref('int_children__measure')) }}
