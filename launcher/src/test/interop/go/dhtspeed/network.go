package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	dht "github.com/libp2p/go-libp2p-kad-dht"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/sync/errgroup"
)

const (
	k             = 20
	quorum        = 3
	valueSize     = 100
	joining       = 8
	fillingRounds = 2
	fillingKeys   = 5
)

// nodes are all in this process; the fields below the first are of the operations.
type nodes struct {
	hosts []host.Host
	dhts  []*dht.IpfsDHT
	next  atomic.Int64

	mu   sync.Mutex // guards keys
	keys []string

	right, expected atomic.Int64
}

// runNetwork starts so many servers, has them know each other, and measures on order.
func runNetwork(size int) error {
	n := &nodes{}
	for range size {
		h, err := newHost()
		if err != nil {
			return err
		}
		d, err := newDHT(h)
		if err != nil {
			return err
		}
		n.hosts = append(n.hosts, h)
		n.dhts = append(n.dhts, d)
	}
	if err := n.fill(); err != nil {
		return err
	}
	tell(map[string]any{"nodes": size, "version": version("github.com/libp2p/go-libp2p-kad-dht")})
	return orders(n.measure)
}

// fill connects all to the first, and then has each look for itself and for some
// places of the key space, twice.
func (n *nodes) fill() error {
	ctx := context.Background()
	err := n.each(func(i int) error {
		if i == 0 {
			return nil
		}
		if err := n.hosts[i].Connect(ctx, info(n.hosts[0])); err != nil {
			return err
		}
		for n.dhts[i].RoutingTable().Size() == 0 {
			time.Sleep(10 * time.Millisecond)
		}
		return nil
	})
	for range fillingRounds {
		if err != nil {
			return err
		}
		err = n.each(func(i int) error {
			if _, err := n.dhts[i].GetClosestPeers(ctx, string(n.hosts[i].ID())); err != nil {
				return err
			}
			for range fillingKeys {
				if _, err := n.dhts[i].GetClosestPeers(ctx, string(random(32))); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return err
}

func (n *nodes) each(do func(i int) error) error {
	var group errgroup.Group
	group.SetLimit(joining)
	for i := range n.hosts {
		group.Go(func() error { return do(i) })
	}
	return group.Wait()
}

// measure runs one kind of operation, so many at a time, each by the next node.
func (n *nodes) measure(o order) error {
	inFlight, err := strconv.Atoi(o.last)
	if err != nil {
		return err
	}
	operations := map[string]func(i int) error{"closest": n.closest, "put": n.put, "get": n.get}
	operation, known := operations[o.what]
	if !known {
		return fmt.Errorf("unknown operation %q", o.what)
	}
	n.right.Store(0)
	n.expected.Store(0)
	var count, failed atomic.Int64
	start := time.Now()
	var group sync.WaitGroup
	for range inFlight {
		group.Go(func() {
			for time.Since(start) < o.duration() {
				if operation(int(n.next.Add(1))%len(n.dhts)) == nil {
					count.Add(1)
				} else {
					failed.Add(1)
				}
			}
		})
	}
	group.Wait()
	tell(map[string]any{
		"count":   count.Load(),
		"failed":  failed.Load(),
		"seconds": time.Since(start).Seconds(),
		"right":   float64(n.right.Load()) / max(1, float64(n.expected.Load())),
	})
	return nil
}

func (n *nodes) closest(i int) error {
	key := random(32)
	found, err := n.dhts[i].GetClosestPeers(context.Background(), string(key))
	if err == nil {
		n.judge(i, key, found)
	}
	return err
}

// judge counts how many of the k nearest there are were found.
func (n *nodes) judge(asker int, key []byte, found []peer.ID) {
	target := sha256.Sum256(key)
	type place struct {
		id       peer.ID
		distance []byte
	}
	var all []place
	for i, h := range n.hosts {
		if i != asker {
			hash := sha256.Sum256([]byte(h.ID()))
			for b := range hash {
				hash[b] ^= target[b]
			}
			all = append(all, place{h.ID(), hash[:]})
		}
	}
	slices.SortFunc(all, func(a, b place) int { return bytes.Compare(a.distance, b.distance) })
	nearest := all[:min(k, len(all))]
	for _, p := range nearest {
		if slices.Contains(found, p.id) {
			n.right.Add(1)
		}
	}
	n.expected.Add(int64(len(nearest)))
}

func (n *nodes) put(i int) error {
	key := "/" + namespace + "/" + hex.EncodeToString(random(16))
	err := n.dhts[i].PutValue(context.Background(), key, random(valueSize))
	if err == nil {
		n.mu.Lock()
		n.keys = append(n.keys, key)
		n.mu.Unlock()
	}
	return err
}

// get has any node look for any value that was put.
func (n *nodes) get(i int) error {
	n.mu.Lock()
	key := n.keys[int(n.next.Load()*7919)%len(n.keys)]
	n.mu.Unlock()
	_, err := n.dhts[i].GetValue(context.Background(), key, dht.Quorum(quorum))
	return err
}

func random(size int) []byte {
	bytes := make([]byte, size)
	_, _ = rand.Read(bytes) // never fails
	return bytes
}
