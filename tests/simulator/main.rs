//! A seeded simulator: one process, many callers and a workspace in all weathers, on a virtual clock.
//!
//! `SIMULATOR_SEED=7 cargo test --test simulator worlds` plays one world again and tells what happened in it.
//! `SIMULATOR_WORLDS=10000` runs more of them.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::pedantic,
    missing_docs,
    unreachable_pub,
    reason = "a test says so when it fails"
)]

mod checker;
mod plan;
mod stats;
mod time;
mod weather;
mod workspace;
mod world;

use std::collections::VecDeque;

use plan::{Plan, Sabotage};
use stats::Stats;
use world::World;

/// Plays the world of this plan; a violation ends the test with what led to it.
fn play(plan: &Plan) -> Stats {
    let mut world = World::new(plan.clone());
    if world.run().is_ok() {
        world.stats.worlds = 1;
        return world.stats;
    }
    let mut again = World::new(plan.clone());
    again.trace = Some(VecDeque::new());
    let violation = again.run().expect_err("a world of the same seed goes the same way");
    for line in again.trace.iter().flatten() {
        println!("{line}");
    }
    panic!("{violation}\nplay it again with SIMULATOR_SEED={}\n{plan:?}", plan.seed);
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn worlds() {
    if let Some(seed) = number("SIMULATOR_SEED") {
        println!("{}", play(&Plan::of(seed)));
        return;
    }
    let mut stats = Stats::default();
    for seed in 0..number("SIMULATOR_WORLDS").unwrap_or(100) {
        stats += play(&Plan::of(seed));
    }
    println!("{stats}");
}

#[test]
fn every_sabotage_is_noticed() {
    for sabotage in Sabotage::ALL {
        let noticed = (0..60).any(|seed| {
            let plan = Plan { sabotage: Some(sabotage), ..Plan::of(seed) };
            World::new(plan).run().is_err()
        });
        assert!(noticed, "{sabotage:?} went unnoticed");
    }
}
