"""All that knows Prefect: the flow, its tasks, its report, its settings."""
