-- What the categories of child-level lists mean: the code, and the group it is published under. An authority's own rows go before those for all; where rows of
-- two codes cover a spelling it has none, as where no row does.

with spellings as (

    select distinct
        lists.submission_id,
        lists.return_name,
        lists.authority_code,
        lists.as_at,
        spelling.code_list,
        spelling.as_sent,
        spelling.spelling,
    from {{ ref('stg_children__spelling') }} as spelling
    inner join {{ ref('int_children__list') }} as lists
        on spelling.submission_id = lists.submission_id
        and spelling.list = lists.list

),

-- Patterns are matched once a distinct spelling, not once a submission.
matched as (

    select
        distinct_spelling.return_name,
        distinct_spelling.code_list,
        distinct_spelling.spelling,
        rule.code,
        rule.grouped,
        rule.authority_code,
        rule.valid_from,
        rule.valid_to,
    from (select distinct return_name, code_list, spelling from spellings) as distinct_spelling
    inner join {{ ref('reg_child_code') }} as rule
        on distinct_spelling.return_name = rule.return_name
        and distinct_spelling.code_list = rule.code_list
        and regexp_full_match(distinct_spelling.spelling, rule.pattern)

),

candidates as (

    select distinct
        spellings.submission_id,
        spellings.code_list,
        spellings.as_sent,
        matched.code,
        matched.grouped,
        matched.authority_code is not null as is_own,
    from spellings
    inner join matched
        on spellings.return_name = matched.return_name
        and spellings.code_list = matched.code_list
        and spellings.spelling = matched.spelling
        and (matched.authority_code is null or matched.authority_code = spellings.authority_code)
        and {{ valid_on('matched', 'spellings.as_at') }}

),

preferred as (

    select *
    from candidates
    qualify is_own or not bool_or(is_own) over (partition by submission_id, code_list, as_sent)

),

final as (

    select
        submission_id,
        code_list,
        as_sent,
        any_value(code) as code,
        any_value(coalesce(nullif(grouped, ''), code)) as grouped,
    from preferred
    group by all
    having count(distinct code) = 1

)

select * from final
