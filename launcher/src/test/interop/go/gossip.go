package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/peer"
)

// The library's queues of 32 entries drop messages of a burst without a word.
const queueSize = 4096

// topic is a joined topic; sub is nil as long as we only publish on it.
type topic struct {
	handle *pubsub.Topic
	sub    *pubsub.Subscription
}

func (n *node) startPubsub() error {
	ps, err := pubsub.NewGossipSub(n.ctx, n.host,
		pubsub.WithMessageSignaturePolicy(pubsub.StrictSign),
		pubsub.WithFloodPublish(true),
		pubsub.WithMaxMessageSize(4<<20),
		pubsub.WithPeerOutboundQueueSize(queueSize),
		pubsub.WithValidateQueueSize(queueSize),
		pubsub.WithAppSpecificRpcInspector(n.inspect),
	)
	n.pubsub = ps
	return err
}

// inspect sees every incoming RPC just before the router does. Topic events of
// the library would cover only the topics that we joined ourselves.
func (n *node) inspect(from peer.ID, rpc *pubsub.RPC) error {
	for _, s := range rpc.GetSubscriptions() {
		if n.noteSubscription(from, s.GetTopicid(), s.GetSubscribe()) {
			n.out.event("subscribed", fields{"topic": s.GetTopicid(), "peer": from})
		}
	}
	return nil
}

// noteSubscription reports whether the peer is a new subscriber.
func (n *node) noteSubscription(p peer.ID, name string, subscribe bool) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !subscribe {
		delete(n.subscribed[p], name)
		return false
	}
	if n.subscribed[p] == nil {
		n.subscribed[p] = map[string]bool{}
	}
	known := n.subscribed[p][name]
	n.subscribed[p][name] = true
	return !known
}

// join must be called with topicsMu held: a topic can be joined only once.
func (n *node) join(name string) (*topic, error) {
	if t, joined := n.topics[name]; joined {
		return t, nil
	}
	handle, err := n.pubsub.Join(name)
	if err != nil {
		return nil, err
	}
	t := &topic{handle: handle}
	n.topics[name] = t
	return t, nil
}

func (n *node) subscribe(name string) error {
	n.topicsMu.Lock()
	defer n.topicsMu.Unlock()
	t, err := n.join(name)
	if err != nil || t.sub != nil {
		return err
	}
	t.sub, err = t.handle.Subscribe(pubsub.WithBufferSize(queueSize))
	if err == nil {
		go n.deliver(name, t.sub)
	}
	return err
}

func (n *node) deliver(name string, sub *pubsub.Subscription) {
	for {
		m, err := sub.Next(n.ctx)
		if err != nil {
			return
		}
		if m.GetFrom() == n.host.ID() {
			continue
		}
		sum := sha256.Sum256(m.GetData())
		n.out.event("message", fields{
			"topic":  name,
			"from":   m.GetFrom(),
			"size":   len(m.GetData()),
			"sha256": hex.EncodeToString(sum[:]),
		})
	}
}

func (n *node) publish(ctx context.Context, name string, data []byte) error {
	n.topicsMu.Lock()
	t, err := n.join(name)
	n.topicsMu.Unlock()
	if err != nil {
		return err
	}
	return t.handle.Publish(ctx, data)
}
