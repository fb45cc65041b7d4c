//! The swarm, the task that drives it, and the events that come out of it.

use std::{
    collections::{HashMap, HashSet},
    error::Error,
    time::Duration,
};

use futures::StreamExt;
use libp2p::{
    Multiaddr, PeerId, Swarm, SwarmBuilder,
    gossipsub::{self, MessageAuthenticity, ValidationMode},
    identify,
    identity::Keypair,
    kad::{self, Mode, QueryId, QueryResult, store::MemoryStore},
    noise, ping,
    swarm::{ConnectionId, NetworkBehaviour, SwarmEvent, behaviour::toggle::Toggle},
    tcp, tls,
};
use serde_json::json;
use sha2::{Digest, Sha256};
use tokio::sync::{mpsc, oneshot};

use crate::{client::Client, dht, echo, muxer, open_streams, wire};

#[derive(NetworkBehaviour)]
pub struct Behaviour {
    identify: identify::Behaviour,
    ping: ping::Behaviour,
    pub gossipsub: gossipsub::Behaviour,
    pub echo: open_streams::Behaviour,
    pub kad: Toggle<kad::Behaviour<MemoryStore>>,
}

pub type PingResult = Result<Duration, String>;

pub struct Node {
    pub swarm: Swarm<Behaviour>,
    pub identified: HashMap<PeerId, identify::Info>,
    pub dials: HashMap<ConnectionId, oneshot::Sender<Result<(), String>>>,
    pub pings: Vec<(PeerId, mpsc::UnboundedSender<PingResult>)>,
    pub queries: HashMap<QueryId, mpsc::UnboundedSender<QueryResult>>,
}

impl Node {
    pub async fn new(
        key: Keypair,
        dht: Option<Mode>,
        muxer: muxer::Kind,
    ) -> Result<Self, Box<dyn Error>> {
        let swarm = SwarmBuilder::with_existing_identity(key)
            .with_tokio()
            .with_tcp(
                tcp::Config::default().nodelay(true),
                (noise::Config::new, tls::Config::new),
                || muxer,
            )?
            .with_websocket((noise::Config::new, tls::Config::new), || muxer)
            .await?
            .with_behaviour(|key| {
                Ok(Behaviour {
                    identify: identify::Behaviour::new(
                        identify::Config::new("ipfs/0.1.0".into(), key.public())
                            .with_push_listen_addr_updates(true),
                    ),
                    // The library pings by itself only, never on demand.
                    ping: ping::Behaviour::new(
                        ping::Config::new().with_interval(Duration::from_millis(500)),
                    ),
                    gossipsub: gossipsub::Behaviour::new(
                        MessageAuthenticity::Signed(key.clone()),
                        gossipsub_config()?,
                    )?,
                    echo: open_streams::Behaviour::new(echo::PROTOCOL, |stream| {
                        tokio::spawn(echo::serve(stream));
                    }),
                    kad: dht
                        .map(|mode| dht::behaviour(key.public().to_peer_id(), mode))
                        .into(),
                })
            })?
            .with_swarm_config(|config| {
                config
                    // By default an idle connection ends after ten seconds.
                    .with_idle_connection_timeout(Duration::from_secs(3600))
                    .with_max_negotiating_inbound_streams(1024)
            })
            .build();
        Ok(Self {
            swarm,
            identified: HashMap::new(),
            dials: HashMap::new(),
            pings: Vec::new(),
            queries: HashMap::new(),
        })
    }

    pub fn id(&self) -> &PeerId {
        self.swarm.local_peer_id()
    }

    /// Listens, and returns the addresses once every listener has one.
    pub async fn listen(
        &mut self,
        addrs: Vec<Multiaddr>,
    ) -> Result<Vec<Multiaddr>, Box<dyn Error>> {
        let mut waiting = HashSet::new();
        for addr in addrs {
            waiting.insert(self.swarm.listen_on(addr)?);
        }
        let mut listening = Vec::new();
        while !waiting.is_empty() {
            match self.swarm.select_next_some().await {
                SwarmEvent::NewListenAddr {
                    listener_id,
                    address,
                } => {
                    waiting.remove(&listener_id);
                    listening.push(address);
                }
                SwarmEvent::ListenerClosed {
                    reason: Err(error), ..
                } => return Err(error.into()),
                _ => {}
            }
        }
        Ok(listening)
    }

    /// Runs the node in a task of its own, which alone touches the swarm.
    pub fn start(mut self) -> Client {
        let (client, mut actions) = Client::new();
        tokio::spawn(async move {
            loop {
                tokio::select! {
                    Some(action) = actions.recv() => action(&mut self),
                    event = self.swarm.select_next_some() => self.on_event(event),
                }
            }
        });
        client
    }

    fn on_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::ConnectionEstablished {
                peer_id,
                connection_id,
                num_established,
                ..
            } => {
                if num_established.get() == 1 {
                    wire::event("connected", json!({ "peer": peer_id.to_string() }));
                }
                self.answer_dial(connection_id, Ok(()));
            }
            SwarmEvent::ConnectionClosed {
                peer_id,
                num_established: 0,
                ..
            } => {
                self.identified.remove(&peer_id);
                wire::event("disconnected", json!({ "peer": peer_id.to_string() }));
            }
            SwarmEvent::OutgoingConnectionError {
                connection_id,
                error,
                ..
            } => self.answer_dial(connection_id, Err(error.to_string())),
            SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Received {
                peer_id,
                info,
                ..
            })) => {
                dht::on_identified(self, peer_id, &info);
                self.identified.insert(peer_id, info);
            }
            SwarmEvent::Behaviour(BehaviourEvent::Ping(event)) => self.on_ping(event),
            SwarmEvent::Behaviour(BehaviourEvent::Gossipsub(event)) => on_gossip(event),
            SwarmEvent::Behaviour(BehaviourEvent::Kad(event)) => dht::on_event(self, event),
            _ => {}
        }
    }

    fn answer_dial(&mut self, connection: ConnectionId, result: Result<(), String>) {
        if let Some(waiting) = self.dials.remove(&connection) {
            let _ = waiting.send(result);
        }
    }

    fn on_ping(&mut self, event: ping::Event) {
        let result = event.result.map_err(|error| error.to_string());
        // Whoever waits no longer has dropped its end of the channel.
        self.pings
            .retain(|(peer, waiting)| *peer != event.peer || waiting.send(result.clone()).is_ok());
    }
}

fn gossipsub_config() -> Result<gossipsub::Config, gossipsub::ConfigBuilderError> {
    gossipsub::ConfigBuilder::default()
        .heartbeat_interval(Duration::from_secs(1))
        // By default the mesh is not looked after in the first five seconds.
        .heartbeat_initial_delay(Duration::from_millis(100))
        .validation_mode(ValidationMode::Strict)
        .flood_publish(true)
        // By default 64 KiB for a whole RPC.
        .max_transmit_size(4 << 20)
        .build()
}

fn on_gossip(event: gossipsub::Event) {
    match event {
        gossipsub::Event::Message { message, .. } => wire::event(
            "message",
            json!({
                "topic": message.topic.as_str(),
                "from": message.source.map(|peer| peer.to_string()),
                "size": message.data.len(),
                "sha256": hex(&Sha256::digest(&message.data)),
            }),
        ),
        gossipsub::Event::Subscribed { peer_id, topic } => wire::event(
            "subscribed",
            json!({ "topic": topic.as_str(), "peer": peer_id.to_string() }),
        ),
        _ => {}
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
