package main

import (
	"errors"

	"github.com/libp2p/go-libp2p"
	dht "github.com/libp2p/go-libp2p-kad-dht"
	connmgr "github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
)

const (
	protocolID = "/ipfs/kad/1.0.0"
	namespace  = "interop"
)

func newHost() (host.Host, error) {
	return libp2p.New(
		libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0"),
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.Security(noise.ID, noise.New),
		libp2p.Muxer(yamux.ID, yamux.DefaultTransport),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics(),
		libp2p.ResourceManager(&network.NullResourceManager{}),
		libp2p.ConnectionManager(connmgr.NullConnMgr{}),
	)
}

// newDHT is a server with the library's own defaults, and one namespace more.
func newDHT(h host.Host) (*dht.IpfsDHT, error) {
	return dht.New(h,
		dht.Mode(dht.ModeServer),
		dht.ProtocolPrefix("/"+namespace),
		dht.V1ProtocolOverride(protocolID),
		dht.NamespacedValidator(namespace, validator{}),
	)
}

// validator takes any value but an empty one; the first of several is the best.
type validator struct{}

func (validator) Validate(_ string, value []byte) error {
	if len(value) == 0 {
		return errors.New("the value is empty")
	}
	return nil
}

func (validator) Select(string, [][]byte) (int, error) { return 0, nil }

func address(h host.Host) string {
	return h.Addrs()[0].String() + "/p2p/" + h.ID().String()
}

func info(h host.Host) peer.AddrInfo {
	return peer.AddrInfo{ID: h.ID(), Addrs: h.Addrs()}
}

func serve() error {
	h, err := newHost()
	if err != nil {
		return err
	}
	if _, err := newDHT(h); err != nil {
		return err
	}
	tell(map[string]any{"addr": address(h), "version": version("github.com/libp2p/go-libp2p-kad-dht")})
	return orders(func(order) error { return errors.New("a server takes no orders") })
}
