//! How commands, which run side by side, reach the one task that owns the node.

use std::time::Duration;

use libp2p::PeerId;
use tokio::{
    sync::{mpsc, oneshot},
    time::sleep,
};

use crate::node::Node;

pub type Action = Box<dyn FnOnce(&mut Node) + Send>;

#[derive(Clone)]
pub struct Client {
    actions: mpsc::UnboundedSender<Action>,
}

impl Client {
    pub fn new() -> (Self, mpsc::UnboundedReceiver<Action>) {
        let (actions, receiver) = mpsc::unbounded_channel();
        (Self { actions }, receiver)
    }

    /// Runs `action` on the node and returns its result.
    pub async fn call<T, F>(&self, action: F) -> T
    where
        T: Send + 'static,
        F: FnOnce(&mut Node) -> T + Send + 'static,
    {
        let (sender, receiver) = oneshot::channel();
        let _ = self.actions.send(Box::new(move |node| {
            let _ = sender.send(action(node));
        }));
        receiver
            .await
            .expect("the node runs until the process exits")
    }

    /// Returns when no connection to the peer is left.
    pub async fn disconnect(&self, peer: PeerId) {
        let disconnecting = move |node: &mut Node| node.swarm.disconnect_peer_id(peer).is_ok();
        if self.call(disconnecting).await {
            while self.call(move |node| node.swarm.is_connected(&peer)).await {
                sleep(Duration::from_millis(10)).await;
            }
        }
    }

    pub async fn disconnect_all(&self) {
        let peers: Vec<_> = self
            .call(|node| node.swarm.connected_peers().copied().collect())
            .await;
        for peer in peers {
            self.disconnect(peer).await;
        }
    }
}
