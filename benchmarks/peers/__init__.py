"""The peers that charflow is measured beside, a module for each library and task; none imports another's library."""
