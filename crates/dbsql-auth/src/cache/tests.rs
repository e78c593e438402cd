use super::*;

#[test]
fn a_token_is_renewed_and_retired_ahead_of_its_end() {
    let seconds = Duration::from_secs;
    let asked = SystemTime::UNIX_EPOCH;
    for (lifetime, stale, unusable) in [
        (seconds(3600), seconds(2400), seconds(3560)),
        (seconds(30), seconds(15), Duration::from_millis(22_500)),
        (seconds(600), seconds(300), seconds(560)),
        (seconds(86_400), seconds(85_200), seconds(86_360)),
    ] {
        let life = Life { stale_at: asked + stale, unusable_at: asked + unusable };
        assert_eq!(Life::new(asked, lifetime), Some(life), "{lifetime:?}");
    }
}
