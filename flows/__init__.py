"""What runs: the flow, its command line and its Prefect dress."""
