//! One file per rule. A rule sees the graph, the policy and today's date; it opens no file and reads no clock.
