//! The one multiplexer that the node speaks.

use std::{io, iter, str::FromStr};

use futures::{
    AsyncRead, AsyncWrite, FutureExt, TryFutureExt,
    future::BoxFuture,
};
use libp2p::{
    core::{
        UpgradeInfo,
        muxing::StreamMuxerBox,
        upgrade::{InboundConnectionUpgrade, OutboundConnectionUpgrade},
    },
    yamux,
};
use libp2p_mplex::Config as MplexConfig;

#[derive(Clone, Copy)]
pub enum Kind {
    Yamux,
    Mplex,
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        match name {
            "yamux" => Ok(Self::Yamux),
            "mplex" => Ok(Self::Mplex),
            _ => Err(format!("unknown muxer {name}")),
        }
    }
}

impl UpgradeInfo for Kind {
    type Info = &'static str;
    type InfoIter = iter::Once<Self::Info>;

    fn protocol_info(&self) -> Self::InfoIter {
        iter::once(match self {
            Self::Yamux => "/yamux/1.0.0",
            Self::Mplex => "/mplex/6.7.0",
        })
    }
}

type Muxing = BoxFuture<'static, io::Result<StreamMuxerBox>>;

impl<C: AsyncRead + AsyncWrite + Send + Unpin + 'static> InboundConnectionUpgrade<C> for Kind {
    type Output = StreamMuxerBox;
    type Error = io::Error;
    type Future = Muxing;

    fn upgrade_inbound(self, io: C, info: Self::Info) -> Muxing {
        match self {
            Self::Yamux => yamux_config()
                .upgrade_inbound(io, info)
                .map_ok(StreamMuxerBox::new)
                .map_err(io::Error::other)
                .boxed(),
            Self::Mplex => MplexConfig::new()
                .upgrade_inbound(io, info)
                .map_ok(StreamMuxerBox::new)
                .map_err(io::Error::other)
                .boxed(),
        }
    }
}

impl<C: AsyncRead + AsyncWrite + Send + Unpin + 'static> OutboundConnectionUpgrade<C> for Kind {
    type Output = StreamMuxerBox;
    type Error = io::Error;
    type Future = Muxing;

    fn upgrade_outbound(self, io: C, info: Self::Info) -> Muxing {
        match self {
            Self::Yamux => yamux_config()
                .upgrade_outbound(io, info)
                .map_ok(StreamMuxerBox::new)
                .map_err(io::Error::other)
                .boxed(),
            Self::Mplex => MplexConfig::new()
                .upgrade_outbound(io, info)
                .map_ok(StreamMuxerBox::new)
                .map_err(io::Error::other)
                .boxed(),
        }
    }
}

fn yamux_config() -> yamux::Config {
    let mut config = yamux::Config::default();
    config.set_max_num_streams(2048);
    config
}
