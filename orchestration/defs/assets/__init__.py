"""The assets by layer: raw, reference, dbt, quality, publish, report."""
