//! Who listens hears of what is committed, also by another process.

use super::*;
use std::{collections::BTreeMap, time::Duration};
use tokio::{sync::watch, time::timeout};

/// Remembers what it was told.
struct Notebook {
    wanted: Vec<UserId>,
    heads: watch::Sender<BTreeMap<UserId, Seq>>,
    shared: watch::Sender<u32>,
}

impl Ear for Notebook {
    fn wanted(&self) -> Vec<UserId> {
        self.wanted.clone()
    }
    fn grown(&self, owner: UserId, to: Seq) {
        self.heads.send_modify(|heads| {
            heads.insert(owner, to);
        });
    }
    fn shared(&self) {
        self.shared.send_modify(|n| *n += 1);
    }
}

/// How long any engine may take to tell.
const SOON: Duration = Duration::from_secs(2);

pub async fn who_listens_is_told_of_what_anybody_commits(home: &impl Home) {
    let (store, other) = (home.open().await, home.open().await);
    let (ana, bor) = (person(&store, "ana").await, person(&store, "bor").await);
    append(&store, entry(ana, "add_funds"), Vec::new()).await;
    let notebook = Arc::new(Notebook { wanted: vec![ana], heads: watch::Sender::default(), shared: watch::Sender::new(0) });
    let following = {
        let (store, notebook) = (Arc::clone(&store), Arc::clone(&notebook));
        tokio::spawn(async move { store.follow(&*notebook).await })
    };
    let mut heads = notebook.heads.subscribe();
    let mut told = async |seq| {
        let of_ana = heads.wait_for(|heads| heads.get(&ana) == Some(&seq));
        timeout(SOON, of_ana).await.unwrap_or_else(|_| panic!("not told of {seq}")).expect("a notebook");
    };
    told(1).await;
    append(&store, entry(bor, "add_funds"), Vec::new()).await;
    append(&store, entry(ana, "add_funds"), Vec::new()).await;
    told(2).await;
    append(&other, entry(ana, "add_funds"), Vec::new()).await;
    told(3).await;

    let mut shared = notebook.shared.subscribe();
    shared.borrow_and_update();
    put(&other, vec![Record::Category(category("Food"))]).await;
    timeout(SOON, shared.changed()).await.expect("told of a category").expect("a notebook");
    assert!(!following.is_finished());
    following.abort();
}
