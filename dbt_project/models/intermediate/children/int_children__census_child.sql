-- Who the children of the census are, beyond what stands in each of its lists: the day on which an unborn child is expected, and disability, which is known
-- where any was stated, if only that there is none.

with lists as (

    select * from {{ ref('int_children__list') }} where list = 'child' and return_name = 'cin_census'

),

disabilities as (

    select
        lists.submission_id,
        rows.child_key,
        if(bool_or({{ child_code('disability', 'null', 'grouped') }} = 'yes'), 'yes', 'no') as disability,
    from lists
    inner join {{ ref('stg_cin_census__disability') }} as rows
        on lists.submission_id = rows.submission_id
    {{ join_child_code('disability', 'disability') }}
    group by all

),

final as (

    select
        child.submission_id,
        child.child_key,
        any_value(child.expected_birth_date) as expected_birth_date,
        any_value(disabilities.disability) as disability,
    from {{ ref('stg_cin_census__child') }} as child
    left join disabilities
        on child.submission_id = disabilities.submission_id
        and child.child_key = disabilities.child_key
    group by all

)

select * from final
