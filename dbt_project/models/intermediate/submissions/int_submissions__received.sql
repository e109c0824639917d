{{ config(tags=['before_gate']) }}

with source as (

    select * from {{ source('raw', 'submission') }}

),

loaded as (

    -- A rejected file has no rows; it stays visible in quality.submission and displaces nothing.
    select
        *,
        outcome in ('accepted', 'accepted_with_warnings') as is_loaded,
    from source

),

final as (

    select
        submission_id,
        return_name,
        content_sha256,
        file_name,
        size_bytes,
        received_at,
        authority_code,
        n_authorities,
        period_from,
        period_to,
        reporting_month,
        issue_date,
        coalesce(issue_date, cast(received_at as date)) as known_from,
        rows_in_file,
        rows_loaded,
        rows_quarantined,
        outcome,
        is_loaded,
        contract_version,
        row_number() over (
            partition by return_name, authority_code, reporting_month
            order by coalesce(issue_date, cast(received_at as date)), received_at, submission_id
        ) as sequence_number,
    from loaded

)

select * from final
