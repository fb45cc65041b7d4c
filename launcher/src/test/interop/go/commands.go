package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
)

const (
	connectTimeout  = 20 * time.Second
	identifyTimeout = 10 * time.Second
	pingTimeout     = 10 * time.Second
)

// do runs one command and returns what its reply carries.
func (n *node) do(ctx context.Context, c command) (fields, error) {
	if strings.HasPrefix(c.Op, "dht-") {
		return n.doDHT(ctx, c)
	}
	switch c.Op {
	case "connect":
		return n.connect(ctx, c.Addr)
	case "subscribe":
		return nil, n.subscribe(c.Topic)
	case "publish":
		return nil, n.publish(ctx, c.Topic, c.Data)
	case "mesh":
		return fields{"peers": texts(n.pubsub.ListPeers(c.Topic))}, nil
	}
	p, err := peer.Decode(c.Peer)
	if err != nil {
		return nil, fmt.Errorf("op %q, peer %q: %w", c.Op, c.Peer, err)
	}
	switch c.Op {
	case "disconnect":
		return nil, n.host.Network().ClosePeer(p)
	case "identify":
		return n.identify(ctx, p)
	case "protocols":
		protocols, err := n.protocols(p)
		return fields{"protocols": protocols}, err
	case "ping":
		return n.ping(ctx, p, max(c.Count, 1))
	case "echo":
		return n.echo(ctx, p, max(c.Streams, 1), c.Bytes)
	}
	return nil, fmt.Errorf("unknown op %q", c.Op)
}

func (n *node) connect(ctx context.Context, addr string) (fields, error) {
	info, err := peer.AddrInfoFromString(addr)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if err := n.host.Connect(ctx, *info); err != nil {
		return nil, err
	}
	return fields{"peer": info.ID}, nil
}

func (n *node) identify(ctx context.Context, p peer.ID) (fields, error) {
	e, err := n.waitIdentified(ctx, p)
	if err != nil {
		return nil, err
	}
	// The peer store, unlike the event, follows later pushes.
	protocols, err := n.protocols(p)
	if err != nil {
		return nil, err
	}
	f := fields{
		"agent":           e.AgentVersion,
		"protocolVersion": e.ProtocolVersion,
		"protocols":       protocols,
		"listenAddrs":     texts(e.ListenAddrs),
	}
	if e.ObservedAddr != nil {
		f["observedAddr"] = e.ObservedAddr
	}
	return f, nil
}

func (n *node) waitIdentified(ctx context.Context, p peer.ID) (event.EvtPeerIdentificationCompleted, error) {
	ctx, cancel := context.WithTimeout(ctx, identifyTimeout)
	defer cancel()
	for {
		n.mu.Lock()
		e, known := n.identified[p]
		n.mu.Unlock()
		if known {
			return e, nil
		}
		select {
		case <-ctx.Done():
			return e, errors.New("identify has not completed")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (n *node) protocols(p peer.ID) ([]string, error) {
	ids, err := n.host.Peerstore().GetProtocols(p)
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(ids))
	for _, id := range ids {
		names = append(names, string(id))
	}
	slices.Sort(names)
	return names, nil
}

func (n *node) ping(ctx context.Context, p peer.ID, count int) (fields, error) {
	ctx, cancel := context.WithTimeout(ctx, pingTimeout)
	defer cancel()
	results := ping.Ping(ctx, n.host, p)
	micros := make([]int64, 0, count)
	for range count {
		r, open := <-results
		if !open {
			return nil, errors.New("no pong in time")
		}
		if r.Error != nil {
			return nil, r.Error
		}
		micros = append(micros, r.RTT.Microseconds())
	}
	return fields{"rttMicros": micros}, nil
}

// texts never returns nil: an empty list must be [] in JSON.
func texts[T fmt.Stringer](values []T) []string {
	list := make([]string, 0, len(values))
	for _, v := range values {
		list = append(list, v.String())
	}
	slices.Sort(list)
	return list
}
