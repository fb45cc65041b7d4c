package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ipfs/go-cid"
	dht "github.com/libp2p/go-libp2p-kad-dht"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/routing"
	"github.com/multiformats/go-multihash"
)

const (
	dhtProtocol  = "/ipfs/kad/1.0.0"
	dhtNamespace = "interop"
	dhtTimeout   = 80 * time.Second
	joinTimeout  = 20 * time.Second
)

// interopValidator judges records named /interop/…: any value but an empty one
// is valid, and of several the last in the order of their bytes is the best.
type interopValidator struct{}

func (interopValidator) Validate(_ string, value []byte) error {
	if len(value) == 0 {
		return errors.New("the value is empty")
	}
	return nil
}

func (interopValidator) Select(_ string, values [][]byte) (int, error) {
	best := 0
	for i, v := range values {
		if bytes.Compare(v, values[best]) > 0 {
			best = i
		}
	}
	return best, nil
}

// startDHT does nothing when no mode was asked for.
func (n *node) startDHT(mode string) (err error) {
	modes := map[string]dht.ModeOpt{"server": dht.ModeServer, "client": dht.ModeClient}
	if mode == "" {
		return nil
	}
	option, known := modes[mode]
	if !known {
		return fmt.Errorf("unknown DHT mode %q", mode)
	}
	n.dht, err = dht.New(n.host,
		dht.Mode(option),
		// With the public network's prefix no namespace could be added to its two;
		// the protocol is its own all the same.
		dht.ProtocolPrefix("/"+dhtNamespace),
		dht.V1ProtocolOverride(dhtProtocol),
		dht.NamespacedValidator(dhtNamespace, interopValidator{}),
	)
	return err
}

// doDHT runs a command whose op begins with "dht-".
func (n *node) doDHT(ctx context.Context, c command) (fields, error) {
	if n.dht == nil {
		return nil, errors.New("started without --dht")
	}
	ctx, cancel := context.WithTimeout(ctx, dhtTimeout)
	defer cancel()
	switch c.Op {
	case "dht-join":
		return nil, n.dhtJoin(ctx, c.Addrs)
	case "dht-put":
		return nil, n.dht.PutValue(ctx, string(c.Key), c.Value)
	case "dht-get":
		value, err := n.dht.GetValue(ctx, string(c.Key))
		return fields{"value": value}, err
	case "dht-provide":
		return nil, n.dht.Provide(ctx, cid.NewCidV1(cid.Raw, multihash.Multihash(c.Key)), true)
	case "dht-find-providers":
		return n.dhtFindProviders(ctx, c.Key, max(c.Count, 1))
	case "dht-find-peer":
		return n.dhtFindPeer(ctx, c.Peer)
	case "dht-closest":
		peers, err := n.dht.GetClosestPeers(ctx, string(c.Key))
		return fields{"peers": inOrder(peers)}, err
	case "dht-table":
		return fields{"peers": texts(n.dht.RoutingTable().ListPeers())}, nil
	}
	return nil, fmt.Errorf("unknown op %q", c.Op)
}

// dhtJoin connects, waits until the table has somebody to ask, and fills it.
func (n *node) dhtJoin(ctx context.Context, addrs []string) error {
	for _, addr := range addrs {
		if _, err := n.connect(ctx, addr); err != nil {
			return err
		}
	}
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	for n.dht.RoutingTable().Size() == 0 {
		select {
		case <-ctx.Done():
			return errors.New("no peer has come into the routing table")
		case <-time.After(20 * time.Millisecond):
		}
	}
	select {
	case err := <-n.dht.ForceRefresh():
		return err
	case <-ctx.Done():
		return errors.New("the routing table is not refreshed in time")
	}
}

func (n *node) dhtFindProviders(ctx context.Context, key []byte, count int) (fields, error) {
	providers := []peer.ID{}
	for p := range n.dht.FindProvidersAsync(ctx, cid.NewCidV1(cid.Raw, multihash.Multihash(key)), count) {
		providers = append(providers, p.ID)
	}
	if len(providers) == 0 {
		return nil, routing.ErrNotFound
	}
	return fields{"peers": inOrder(providers)}, nil
}

func (n *node) dhtFindPeer(ctx context.Context, text string) (fields, error) {
	p, err := peer.Decode(text)
	if err != nil {
		return nil, err
	}
	info, err := n.dht.FindPeer(ctx, p)
	return fields{"addrs": texts(info.Addrs)}, err
}

func inOrder(peers []peer.ID) []string {
	list := make([]string, 0, len(peers))
	for _, p := range peers {
		list = append(list, p.String())
	}
	return list
}
