package main

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/libp2p/go-libp2p/core/crypto"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/peerstore"
	"github.com/libp2p/go-libp2p/core/sec"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
	"github.com/libp2p/go-libp2p/p2p/host/peerstore/pstoremem"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/net/swarm"
	"github.com/libp2p/go-libp2p/p2p/net/upgrader"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
)

const (
	protocolID = "/perf/1.0.0"
	pieceSize  = 64 << 10
	pingSize   = 32
	// holding: connections that are to stay are made so many at a time.
	holding = 32
)

// answer is the serving side of one stream.
func answer(s network.Stream) {
	var wanted [8]byte
	if _, err := io.ReadFull(s, wanted[:]); err != nil {
		_ = s.Reset()
		return
	}
	if _, err := drain(s); err != nil {
		_ = s.Reset()
		return
	}
	if err := fill(s, int64(binary.BigEndian.Uint64(wanted[:]))); err != nil {
		_ = s.Reset()
		return
	}
	_ = s.Close()
}

// drain reads to the end. Not io.Copy to io.Discard, which reads 8 KiB at a time.
func drain(r io.Reader) (int64, error) {
	piece := make([]byte, pieceSize)
	var sum int64
	for {
		n, err := r.Read(piece)
		sum += int64(n)
		if err == io.EOF {
			return sum, nil
		}
		if err != nil {
			return sum, err
		}
	}
}

func fill(w io.Writer, bytes int64) error {
	piece := make([]byte, min(bytes, pieceSize))
	for bytes > 0 {
		n, err := w.Write(piece[:min(bytes, pieceSize)])
		if err != nil {
			return err
		}
		bytes -= int64(n)
	}
	return nil
}

type client struct {
	host    host.Host
	server  peer.AddrInfo
	dialers []*swarm.Swarm
}

// transfer is one stream, from its opening to its end.
func (c *client) transfer(up, down int64) error {
	s, err := c.host.NewStream(context.Background(), c.server.ID, protocolID)
	if err != nil {
		return err
	}
	var wanted [8]byte
	binary.BigEndian.PutUint64(wanted[:], uint64(down))
	if _, err := s.Write(wanted[:]); err != nil {
		return err
	}
	if err := fill(s, up); err != nil {
		return err
	}
	if err := s.CloseWrite(); err != nil {
		return err
	}
	came, err := drain(s)
	if err == nil && came != down {
		err = fmt.Errorf("%d of %d bytes came", came, down)
	}
	_ = s.Close()
	return err
}

// pings go there and back one after the other on one stream.
func (c *client) pings(count int) ([]int64, error) {
	s, err := c.host.NewStream(context.Background(), c.server.ID, ping.ID)
	if err != nil {
		return nil, err
	}
	defer s.Reset()
	var bytes [pingSize]byte
	micros := make([]int64, count)
	for i := range micros {
		start := time.Now()
		if _, err := s.Write(bytes[:]); err != nil {
			return nil, err
		}
		if _, err := io.ReadFull(s, bytes[:]); err != nil {
			return nil, err
		}
		micros[i] = time.Since(start).Microseconds()
	}
	return micros, nil
}

// startDialers makes as many swarms: one has one connection to a peer. They are
// no hosts, so they have no identify.
func (c *client) startDialers(count int) error {
	for len(c.dialers) < count {
		s, err := newSwarm()
		if err != nil {
			return err
		}
		s.Peerstore().AddAddrs(c.server.ID, c.server.Addrs, peerstore.PermanentAddrTTL)
		c.dialers = append(c.dialers, s)
	}
	return nil
}

func newSwarm() (*swarm.Swarm, error) {
	key, public, err := crypto.GenerateEd25519Key(rand.Reader)
	if err != nil {
		return nil, err
	}
	id, err := peer.IDFromPublicKey(public)
	if err != nil {
		return nil, err
	}
	peers, err := pstoremem.NewPeerstore()
	if err != nil {
		return nil, err
	}
	s, err := swarm.NewSwarm(id, peers, eventbus.NewBus())
	if err != nil {
		return nil, err
	}
	muxers := []upgrader.StreamMuxer{{ID: yamux.ID, Muxer: yamux.DefaultTransport}}
	security, err := noise.New(noise.ID, key, muxers)
	if err != nil {
		return nil, err
	}
	upgrading, err := upgrader.New([]sec.SecureTransport{security}, muxers, nil, nil, nil)
	if err != nil {
		return nil, err
	}
	transport, err := tcp.NewTCPTransport(upgrading, nil, nil, tcp.DisableReuseport())
	if err != nil {
		return nil, err
	}
	return s, s.AddTransport(transport)
}

// connection is made by one of the swarms, and closed.
func (c *client) connection(lane int) error {
	if _, err := c.dialers[lane].DialPeer(context.Background(), c.server.ID); err != nil {
		return err
	}
	return c.dialers[lane].ClosePeer(c.server.ID)
}

// hold keeps as many connections, each of a peer of its own.
func (c *client) hold(count int) error {
	if err := c.startDialers(count); err != nil {
		return err
	}
	var next atomic.Int64
	return together(count, holding, func(int) error {
		_, err := c.dialers[next.Add(1)-1].DialPeer(context.Background(), c.server.ID)
		return err
	})
}

// together does something so often, in so many lanes.
func together(count, lanes int, do func(lane int) error) error {
	var left atomic.Int64
	left.Store(int64(count))
	var group sync.WaitGroup
	failed := make(chan error, lanes)
	for lane := range min(lanes, count) {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				if err := do(lane); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	group.Wait()
	close(failed)
	return <-failed
}
