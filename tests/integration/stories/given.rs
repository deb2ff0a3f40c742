//! Stories of what only some programs or tests of a tree are given.

use super::tells;

#[test]
fn what_some_processes_are_given_is_not_what_all_have() {
    tells("processes");
}

#[test]
fn a_workload_that_is_given_no_value_has_what_the_code_says() {
    tells("workloads");
}

#[test]
fn tests_that_set_a_flag_at_its_provider_are_listed_with_it() {
    tells("set-by-tests");
}
