//! PromQL in rules, dashboards and files of queries: what of the catalogue it uses.
