//! When each commit of a line was there. Clocks go wrong: a commit that says another time than those around it gets theirs.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};

use super::git::line::Commit;

/// A clock that says less was never set.
const UNSET: i64 = 31_536_000;

/// The times of a line: in order, and as days where they were committed.
pub(super) fn times(commits: &[Commit]) -> Vec<(i64, Date)> {
    let any_set = commits.iter().any(|commit| commit.time > UNSET);
    let is_set = |commit: &Commit| commit.time > UNSET || !any_set;
    let set: Vec<bool> = commits.iter().map(is_set).collect();
    let raw: Vec<i64> =
        commits.iter().zip(&set).filter(|(_, set)| **set).map(|(commit, _)| commit.time).collect();
    let mut of_set = in_order(&raw).into_iter();
    let trusted: Vec<bool> =
        set.into_iter().map(|set| set && of_set.next().unwrap_or_default()).collect();
    let mut times = Vec::with_capacity(commits.len());
    // What stands before all that is trusted gets the time of the first of it.
    let first = trusted.iter().position(|one| *one).unwrap_or_default();
    let mut last = commits.get(first).copied();
    for (commit, trusted) in commits.iter().zip(trusted) {
        if trusted {
            last = Some(*commit);
        }
        let of = last.unwrap_or(*commit);
        times.push((of.time, date(of.time, of.zone)));
    }
    times
}

fn date(time: i64, zone: i32) -> Date {
    let offset = Offset::from_seconds(zone.saturating_mul(60)).unwrap_or(Offset::UTC);
    let time = Timestamp::from_second(time).unwrap_or(Timestamp::UNIX_EPOCH);
    time.to_zoned(TimeZone::fixed(offset)).date()
}

/// Which numbers belong to the longest part of a list that never falls.
fn in_order(all: &[i64]) -> Vec<bool> {
    // For each length, where the lowest number stands that a part of that length can end with.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(all.len());
    for (at, number) in all.iter().enumerate() {
        let length = ends.partition_point(|end| all[*end] <= *number);
        before.push(length.checked_sub(1).map(|length| ends[length]));
        if length == ends.len() {
            ends.push(at);
        } else {
            ends[length] = at;
        }
    }
    let mut chosen = vec![false; all.len()];
    let mut at = ends.last().copied();
    while let Some(place) = at {
        chosen[place] = true;
        at = before[place];
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::times;
    use crate::history::git::line::Commit;

    #[test]
    fn clocks_that_went_wrong_are_put_right_by_their_neighbors() {
        let of = |all: &[i64]| {
            let commit = |time: &i64| Commit { id: [0; 20], tree: [0; 20], time: *time, zone: 0 };
            let commits: Vec<_> = all.iter().map(commit).collect();
            times(&commits).into_iter().map(|(time, _)| time).collect::<Vec<_>>()
        };
        assert_eq!(of(&[100, 200, 300]), [100, 200, 300]);
        assert_eq!(of(&[0, 40_000_000]), [40_000_000, 40_000_000]);
        let (one, two, three) = (1_000_000_000, 1_100_000_000, 1_200_000_000);
        assert_eq!(of(&[one, two, 4_000_000_000, three, three]), [one, two, two, three, three]);
        assert_eq!(of(&[one, two, 0, three]), [one, two, two, three]);
        let years = 40_000_000;
        assert_eq!(of(&[years, 0, 2 * years]), [years, years, 2 * years]);
        assert_eq!(of(&[900, 200, 300, 400]), [200, 200, 300, 400]);
        assert!(of(&[]).is_empty());
        let far = [Commit { id: [0; 20], tree: [0; 20], time: i64::MAX, zone: i32::MAX }];
        assert_eq!(times(&far)[0].1, jiff::civil::date(1970, 1, 1));
        let late = [Commit { id: [0; 20], tree: [0; 20], time: 86_000, zone: 120 }];
        assert_eq!(times(&late)[0].1, jiff::civil::date(1970, 1, 2));
    }
}
