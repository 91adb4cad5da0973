//! Databricks Lakebase database credentials.
