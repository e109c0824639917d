{#- Confidence limits, rounding and funnel limits. Values come as SQL expressions, confidence as the text '95' or '99.8', side as 'lower' or 'upper'. -#}

{#- Sum of floating numbers that does not depend on the order in which they are read, an aggregate: exact, as decimals of twelve places. Two builds agree to
    the last bit; an ordered sum would too, at six times the price. -#}
{% macro exact_sum(value) -%}
    cast(sum(cast({{ value }} as decimal(38, 12))) as double)
{%- endmacro %}

{#- The standard normal quantile for two-sided limits. -#}
{% macro normal_quantile(confidence) -%}
    {{ {'95': '1.959964', '99.8': '3.090232'}[confidence] }}
{%- endmacro %}

{#- Half up at the edge (report, export); halves go away from zero. By way of a decimal, since 1.005 as a double is a little less than 1.005. -#}
{% macro round_half_up(value, decimals) -%}
    case {{ decimals }}
        when 0 then cast(round(cast({{ value }} as decimal(28, 10)), 0) as double)
        when 1 then cast(round(cast({{ value }} as decimal(28, 10)), 1) as double)
        when 2 then cast(round(cast({{ value }} as decimal(28, 10)), 2) as double)
        when 3 then cast(round(cast({{ value }} as decimal(28, 10)), 3) as double)
    end
{%- endmacro %}

{#- Exact limits of a Poisson count below 10, from chi-square quantiles (Garwood 1936; Breslow & Day, vol. II, 1987):
    lower = chi2(alpha / 2; 2x) / 2, upper = chi2(1 - alpha / 2; 2x + 2) / 2. Worked out once, nine decimals; the tests solve the Poisson sums again. -#}
{% macro exact_poisson_limits(confidence, side) -%}
    {{ {
        '95 lower': [0, 0.025317808, 0.242209279, 0.618672123, 1.089865374, 1.623486390, 2.201894253, 2.814363052, 3.453832177, 4.115373097],
        '95 upper': [3.688879454, 5.571643391, 7.224687668, 8.767273070, 10.241588675, 11.668332079, 13.059474023, 14.422675362, 15.763189220, 17.084803451],
        '99.8 lower': [0, 0.001000500, 0.045402018, 0.190533378, 0.428552414, 0.739371732, 1.107104660, 1.520336260, 1.970813922, 2.452424404],
        '99.8 upper': [6.907755279, 9.233413476, 11.228872242, 13.062240779, 14.794149223, 16.454745204, 18.061636840, 19.626177395, 21.156198166, 22.657373309],
    }[confidence ~ ' ' ~ side] }}
{%- endmacro %}

{#- Limits of a count: exact below 10, Byar's approximation from 10 (Breslow & Day, vol. II, IARC 1987). NULL for what is no count: negative, or a
    fraction below 10, where the exact limits are not defined. -#}
{% macro count_limit(count, confidence, side) -%}
    {%- set cases = count if side == 'lower' else '(' ~ count ~ ' + 1)' -%}
    {%- set sign = '-' if side == 'lower' else '+' -%}
    case
        when {{ count }} >= 10
            then {{ cases }} * pow(1 - 1.0 / (9 * {{ cases }}) {{ sign }} {{ normal_quantile(confidence) }} / (3 * sqrt({{ cases }})), 3)
        when {{ count }} >= 0 and {{ count }} = floor({{ count }})
            then list_extract({{ exact_poisson_limits(confidence, side) }}, cast({{ count }} as integer) + 1)::double
    end
{%- endmacro %}

{#- Limits of a proportion, as a proportion: the score interval of Wilson (1927). NULL where it is no proportion of a whole. -#}
{% macro proportion_limit(numerator, denominator, confidence, side) -%}
    {%- set z = normal_quantile(confidence) -%}
    {%- set sign = '-' if side == 'lower' else '+' -%}
    case
        when {{ denominator }} > 0 and {{ numerator }} between 0 and {{ denominator }} then least(1.0, greatest(0.0, (
            2 * {{ numerator }} + pow({{ z }}, 2)
            {{ sign }} {{ z }} * sqrt(pow({{ z }}, 2) + 4.0 * {{ numerator }} * (1 - 1.0 * {{ numerator }} / {{ denominator }}))
        ) / (2 * ({{ denominator }} + pow({{ z }}, 2)))))
    end
{%- endmacro %}

{#- Limits of an indicator's value by kind, in the indicator's unit: Wilson for percentages, Byar or exact for rates. -#}
{% macro value_limit(kind, numerator, denominator, confidence, side) -%}
    case
        when {{ kind }} = 'percent' then 100 * {{ proportion_limit(numerator, denominator, confidence, side) }}
        when {{ kind }} = 'rate_per_10000' and {{ denominator }} > 0
            then 10000 * {{ count_limit(numerator, confidence, side) }} / {{ denominator }}
    end
{%- endmacro %}

{#- Where a value stands on the scale on which funnel limits are straight (Spiegelhalter 2005): a proportion by arcsine of the square root, a rate by the
    logarithm of observed over expected. No case at all counts as half a case, since the logarithm of 0 does not exist. -#}
{% macro funnel_position(kind, numerator, denominator, baseline) -%}
    case
        when {{ denominator }} is null or {{ denominator }} <= 0 or {{ numerator }} < 0 then null
        when {{ kind }} = 'percent' and {{ numerator }} <= {{ denominator }} then asin(sqrt(1.0 * {{ numerator }} / {{ denominator }}))
        when {{ kind }} = 'rate_per_10000' and {{ baseline }} > 0 then ln(greatest({{ numerator }}, 0.5) / ({{ denominator }} * {{ baseline }}))
    end
{%- endmacro %}

{#- Where the baseline stands on the same scale. -#}
{% macro funnel_centre(kind, baseline) -%}
    case {{ kind }} when 'percent' then asin(sqrt({{ baseline }})) when 'rate_per_10000' then 0.0 end
{%- endmacro %}

{#- Standard error on that scale: 1 / (2 sqrt n) for a proportion, 1 / sqrt(expected) for a Poisson rate. -#}
{% macro funnel_standard_error(kind, denominator, baseline) -%}
    case
        when {{ denominator }} is null or {{ denominator }} <= 0 then null
        when {{ kind }} = 'percent' then 1 / (2 * sqrt({{ denominator }}))
        when {{ kind }} = 'rate_per_10000' and {{ baseline }} > 0 then 1 / sqrt({{ denominator }} * {{ baseline }})
    end
{%- endmacro %}

{#- Dispersion of the winsorised z-scores, an aggregate: phi = sum(z^2) / k. -#}
{% macro dispersion(winsorised_z) -%}
    {{ exact_sum('pow(' ~ winsorised_z ~ ', 2)') }} / count({{ winsorised_z }})
{%- endmacro %}

{#- Variance between authorities, an aggregate (Spiegelhalter 2005, 2012, after DerSimonian & Laird): with w = 1 / s^2,
    tau^2 = max(0, (k phi - (k - 1)) / (sum w - sum w^2 / sum w)). NULL for a single authority. -#}
{% macro between_variance(winsorised_z, standard_error) -%}
    {%- set weights = exact_sum('1 / pow(' ~ standard_error ~ ', 2)') -%}
    {%- set squared_weights = exact_sum('1 / pow(' ~ standard_error ~ ', 4)') -%}
    case when count({{ winsorised_z }}) > 1 then greatest(0.0,
        ({{ exact_sum('pow(' ~ winsorised_z ~ ', 2)') }} - (count({{ winsorised_z }}) - 1)) / ({{ weights }} - {{ squared_weights }} / {{ weights }})
    ) end
{%- endmacro %}

{#- A funnel limit in the indicator's unit, for an authority with this denominator: baseline +/- z sqrt(s^2 + tau^2), carried back from the scale. -#}
{% macro funnel_limit(kind, denominator, baseline, tau2, confidence, side) -%}
    {%- set sign = '-' if side == 'lower' else '+' -%}
    {%- set reach = normal_quantile(confidence) ~ ' * sqrt(pow(' ~ funnel_standard_error(kind, denominator, baseline) ~ ', 2) + ' ~ tau2 ~ ')' -%}
    case {{ kind }}
        when 'percent' then 100 * pow(sin(least(pi() / 2, greatest(0.0, {{ funnel_centre(kind, baseline) }} {{ sign }} {{ reach }}))), 2)
        when 'rate_per_10000' then 10000 * {{ baseline }} * exp(0 {{ sign }} {{ reach }})
    end
{%- endmacro %}
