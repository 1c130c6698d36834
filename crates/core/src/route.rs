//! Which gateway carries a message: the order in which those of a channel are tried.
//!
//! Priority and weight mean what they mean to mail and SRV records (RFC 2782): the lowest number first, and among equal
//! ones a draw by weight. What is known of a gateway goes before what was configured: one that is down, or that has
//! carried a code to this destination which never arrived, comes after all others, but is not left out.

use std::cmp::Reverse;

use rand_core::CryptoRng;

/// A gateway, as much as its turn depends on.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// Countries that it serves (ISO 3166-1, two letters); all where none is named.
    pub countries: &'a [String],
    /// Lower is earlier (RFC 2782).
    pub priority: u16,
    /// Its share among gateways of the same priority (RFC 2782). Of weight 0: after the others.
    pub weight: u16,
    /// It failed a moment ago.
    pub down: bool,
    /// It has carried a code to this destination lately, and nobody has said that it arrived.
    pub tried: bool,
}

impl Candidate<'_> {
    fn serves(&self, country: Option<&str>) -> bool {
        let named = |country| self.countries.iter().any(|served| served == country);
        self.countries.is_empty() || country.is_some_and(named)
    }
}

/// The places of those who serve a country, in the order in which they are tried. A number of no country, and an
/// address, is served by gateways that name none.
pub fn order(
    candidates: &[Candidate<'_>],
    country: Option<&str>,
    chance: &mut impl CryptoRng,
) -> Vec<usize> {
    let mut drawn: Vec<_> = candidates
        .iter()
        .enumerate()
        .filter(|(_, candidate)| candidate.serves(country))
        .map(|(at, candidate)| {
            let rank = (candidate.down, candidate.tried, candidate.priority);
            (rank, Reverse(key(candidate.weight, chance)), at)
        })
        .collect();
    drawn.sort_unstable();
    drawn.into_iter().map(|(_, _, at)| at).collect()
}

/// Sorting by these, highest first, is a draw without replacement by weight (Efraimidis and Spirakis, 2006):
/// -ln(u)/weight, smallest first, in whole numbers.
fn key(weight: u16, chance: &mut impl CryptoRng) -> u64 {
    if weight == 0 {
        return 0;
    }
    // 32 bits of chance, never 0, so that the logarithm is finite.
    let unit = (f64::from(chance.next_u32()) + 1.0) / (f64::from(u32::MAX) + 1.0);
    let wait = -unit.ln() / f64::from(weight);
    // Positive floats are ordered as their bits are.
    u64::MAX - wait.to_bits()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::Chance;

    const ANYWHERE: Candidate<'_> = Candidate {
        countries: &[],
        priority: 10,
        weight: 1,
        down: false,
        tried: false,
    };

    fn first(candidates: &[Candidate<'_>], seed: u64) -> Option<usize> {
        order(candidates, Some("US"), &mut Chance::new(seed))
            .first()
            .copied()
    }

    #[test]
    fn the_lower_priority_goes_first_and_the_others_wait_behind_it() {
        let priority = |priority| Candidate {
            priority,
            ..ANYWHERE
        };
        let all = [priority(20), priority(5), priority(10)];
        assert_eq!(order(&all, None, &mut Chance::new(1)), [1, 2, 0]);
    }

    #[test]
    fn weights_share_the_messages() {
        let weight = |weight| Candidate { weight, ..ANYWHERE };
        let all = [weight(3), weight(1), weight(0)];
        let firsts = |place| {
            (0..4000)
                .filter(|seed| first(&all, *seed) == Some(place))
                .count()
        };
        assert!((2850..3150).contains(&firsts(0)), "{}", firsts(0));
        assert_eq!(firsts(2), 0);
    }

    #[test]
    fn one_of_weight_nothing_is_the_last_of_its_priority() {
        let nothing = Candidate {
            weight: 0,
            ..ANYWHERE
        };
        for seed in 0..100 {
            assert_eq!(
                order(&[nothing, ANYWHERE], None, &mut Chance::new(seed)),
                [1, 0]
            );
        }
    }

    #[test]
    fn one_that_is_down_is_the_last_and_one_that_did_not_arrive_the_one_before() {
        let down = Candidate {
            down: true,
            priority: 1,
            ..ANYWHERE
        };
        let tried = Candidate {
            tried: true,
            priority: 1,
            ..ANYWHERE
        };
        assert_eq!(
            order(&[down, tried, ANYWHERE], None, &mut Chance::new(1)),
            [2, 1, 0]
        );
    }

    #[test]
    fn a_country_is_served_by_those_who_name_it_or_none() {
        let spain = ["ES".to_owned()];
        let only_spain = Candidate {
            countries: &spain,
            priority: 1,
            ..ANYWHERE
        };
        let all = [only_spain, ANYWHERE];
        let order = |country| order(&all, country, &mut Chance::new(1));
        assert_eq!(order(Some("ES")), [0, 1]);
        assert_eq!(order(Some("US")), [1]);
        assert_eq!(order(None), [1]);
    }

    proptest! {
        #[test]
        fn everybody_who_serves_gets_one_turn(
            gateways in proptest::collection::vec((0..4_u16, 0..4_u16, any::<bool>(), any::<bool>()), 0..8),
            seed: u64,
        ) {
            let all: Vec<_> = gateways.into_iter()
                .map(|(priority, weight, down, tried)| Candidate { priority, weight, down, tried, ..ANYWHERE })
                .collect();
            let mut turns = order(&all, None, &mut Chance::new(seed));
            let ranks: Vec<_> = turns.iter().map(|at| (all[*at].down, all[*at].tried, all[*at].priority)).collect();
            prop_assert!(ranks.is_sorted());
            turns.sort_unstable();
            prop_assert_eq!(turns, (0..all.len()).collect::<Vec<_>>());
        }
    }
}
