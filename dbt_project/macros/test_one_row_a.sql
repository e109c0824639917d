{#- The grain of a table: no two rows share these columns (NULL equals NULL here, as it does for a reader). -#}
{% test one_row_a(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as n_rows,
from {{ model }}
group by all
having count(*) > 1
{% endtest %}
