-- What children's lists say of the indicators, as it may be shared: made of what int_children__shared_measure shows, by the same sums as int_children__figure.
{{ child_figures(ref('int_children__shared_measure')) }}
