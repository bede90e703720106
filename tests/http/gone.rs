//! Whoever goes before the page is there harms nobody, and no part of their page panics.

use crate::common::Server;
use futures::future::join_all;
use std::time::Duration;
use tokio::time::timeout;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_people_who_have_gone_harm_nobody() {
    let server = Server::start().await;
    let browser = server.setup_admin().await;
    let paths = ["/", "/expenses", "/expenses?q=tea", "/expenses?add=1", "/history", "/reports"];
    for round in 0..120 {
        let browser = &browser;
        // Some stay, most go sooner or later.
        let visits = paths.iter().zip(0..).map(async |(path, n)| {
            let stays = (round + n) % 3 == 0;
            let patience = if stays { Duration::from_secs(30) } else { Duration::from_millis((round * 7 + n * 3) % 25) };
            match timeout(patience, browser.get(path)).await {
                Ok(answer) => assert_eq!(answer.status(), 200, "{path}"),
                Err(_) => assert!(!stays, "{path} was never answered"),
            }
        });
        join_all(visits).await;
    }
    let log = server.log();
    assert!(!log.contains("panicked"), "{log}");
}
