package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync"

	"github.com/libp2p/go-libp2p"
	dht "github.com/libp2p/go-libp2p-kad-dht"
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	corecm "github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	libp2ptls "github.com/libp2p/go-libp2p/p2p/security/tls"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	"github.com/libp2p/go-libp2p/p2p/transport/websocket"
)

// node is the host with the services on it and what it learnt from events.
type node struct {
	ctx    context.Context
	host   host.Host
	pubsub *pubsub.PubSub
	dht    *dht.IpfsDHT // nil without --dht
	out    *writer

	mu         sync.Mutex // guards the next two
	identified map[peer.ID]event.EvtPeerIdentificationCompleted
	subscribed map[peer.ID]map[string]bool

	// A lock of its own: it is held while pubsub's loop runs a request, and that
	// loop takes mu in inspect.
	topicsMu sync.Mutex
	topics   map[string]*topic
}

// settings are what the command line says of the node itself.
type settings struct {
	listen  []string
	keyType string
	muxer   string
	psk     string // in hex; empty for the open network
	web     string // folder of the certificate for /tls/ws, which is also whom to trust; may be empty
}

func newNode(ctx context.Context, s settings, out *writer) (*node, error) {
	key, err := newKey(s.keyType)
	if err != nil {
		return nil, err
	}
	muxing, err := muxer(s.muxer)
	if err != nil {
		return nil, err
	}
	var psk []byte // nil, and not empty, is the open network
	if s.psk != "" {
		if psk, err = hex.DecodeString(s.psk); err != nil {
			return nil, err
		}
	}
	webSecurity, err := webOptions(s.web)
	if err != nil {
		return nil, err
	}
	h, err := libp2p.New(
		libp2p.Identity(key),
		libp2p.ListenAddrStrings(s.listen...),
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.Transport(websocket.New, webSecurity...),
		libp2p.Security(noise.ID, noise.New),
		libp2p.Security(libp2ptls.ID, libp2ptls.New),
		muxing,
		libp2p.UserAgent("go-libp2p/"+libraryVersion()),
		libp2p.PrivateNetwork(psk),
		libp2p.DisableRelay(),
		libp2p.DisableMetrics(),
		// Limits and trimming would only blur what a test is about.
		libp2p.ResourceManager(&network.NullResourceManager{}),
		libp2p.ConnectionManager(corecm.NullConnMgr{}),
	)
	if err != nil {
		return nil, err
	}
	n := &node{
		ctx:        ctx,
		host:       h,
		out:        out,
		identified: map[peer.ID]event.EvtPeerIdentificationCompleted{},
		subscribed: map[peer.ID]map[string]bool{},
		topics:     map[string]*topic{},
	}
	h.SetStreamHandler(echoProtocol, handleEcho)
	if err := n.watch(); err != nil {
		return nil, err
	}
	return n, n.startPubsub()
}

func newKey(keyType string) (crypto.PrivKey, error) {
	kinds := map[string]int{"ed25519": crypto.Ed25519, "secp256k1": crypto.Secp256k1}
	kind, known := kinds[keyType]
	if !known {
		return nil, fmt.Errorf("unknown key type %q", keyType)
	}
	key, _, err := crypto.GenerateKeyPairWithReader(kind, 0, rand.Reader)
	return key, err
}

// webOptions are for a listener at /tls/ws, and for dialling others that have the same certificate.
func webOptions(folder string) ([]any, error) {
	if folder == "" {
		return nil, nil
	}
	file := filepath.Join(folder, "certificate.pem")
	own, err := tls.LoadX509KeyPair(file, filepath.Join(folder, "key.pem"))
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(text)
	return []any{
		websocket.WithTLSConfig(&tls.Config{Certificates: []tls.Certificate{own}}),
		websocket.WithTLSClientConfig(&tls.Config{RootCAs: trusted}),
	}, nil
}

// watch turns what the host publishes on its event bus into our own events.
func (n *node) watch() error {
	sub, err := n.host.EventBus().Subscribe([]any{
		new(event.EvtPeerConnectednessChanged),
		new(event.EvtPeerIdentificationCompleted),
	}, eventbus.BufSize(1024))
	if err != nil {
		return err
	}
	go func() {
		for e := range sub.Out() {
			switch e := e.(type) {
			case event.EvtPeerConnectednessChanged:
				n.connectedness(e)
			case event.EvtPeerIdentificationCompleted:
				n.mu.Lock()
				n.identified[e.Peer] = e
				n.mu.Unlock()
			}
		}
	}()
	return nil
}

func (n *node) connectedness(e event.EvtPeerConnectednessChanged) {
	switch e.Connectedness {
	case network.Connected:
		n.out.event("connected", fields{"peer": e.Peer})
	case network.NotConnected:
		n.mu.Lock()
		delete(n.identified, e.Peer)
		delete(n.subscribed, e.Peer)
		n.mu.Unlock()
		n.out.event("disconnected", fields{"peer": e.Peer})
	}
}

func (n *node) announce() {
	n.out.event("ready", fields{
		"implementation": "go-libp2p",
		"version":        libraryVersion(),
		"id":             n.host.ID(),
		"addrs":          n.host.Addrs(),
	})
}

// libraryVersion is the version that was compiled in, as the linker recorded it.
func libraryVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == "github.com/libp2p/go-libp2p" {
				return dep.Version
			}
		}
	}
	return "unknown"
}

func (n *node) close() {
	if n.dht != nil {
		_ = n.dht.Close()
	}
	for _, p := range n.host.Network().Peers() {
		_ = n.host.Network().ClosePeer(p)
	}
	_ = n.host.Close()
}
