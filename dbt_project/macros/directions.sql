{#- Direction of travel: what the value did, and what that means. `moved` is the change, `moved_away` the change of the distance from a point or band
    aimed at (NULL where there is none). Noise is another question: see signal. -#}
{% macro value_direction(moved) -%}
    case
        when {{ moved }} is null then 'not_known'
        when {{ moved }} > 0 then 'up'
        when {{ moved }} < 0 then 'down'
        else 'same'
    end
{%- endmacro %}

{% macro performance_direction(polarity, moved, moved_away) -%}
    case
        when {{ moved }} is null then 'not_known'
        when {{ polarity }} = 'none' then 'neutral'
        when {{ polarity }} = 'closest_to_target' and {{ moved_away }} is null then 'not_known'
        when {{ polarity }} = 'closest_to_target' and {{ moved_away }} = 0 then 'neutral'
        when {{ polarity }} = 'closest_to_target' then if({{ moved_away }} < 0, 'improving', 'worsening')
        when {{ moved }} = 0 then 'neutral'
        when ({{ moved }} > 0) = ({{ polarity }} = 'higher') then 'improving'
        else 'worsening'
    end
{%- endmacro %}
