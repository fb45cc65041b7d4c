package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"golang.org/x/sync/errgroup"
)

const (
	echoProtocol = protocol.ID("/interop/echo/1.0.0")
	echoTimeout  = 5 * time.Minute
)

// handleEcho copies block by block: when the other side does not read, our
// write blocks, we stop reading, and the muxer's window holds the sender back.
func handleEcho(s network.Stream) {
	if _, err := io.Copy(s, s); err != nil {
		_ = s.Reset()
		return
	}
	_ = s.Close()
}

// echo opens all streams before it writes on any, then runs them side by side.
func (n *node) echo(ctx context.Context, p peer.ID, streams int, size int64) (fields, error) {
	ctx, cancel := context.WithTimeout(ctx, echoTimeout)
	defer cancel()
	// Without this a stream to an unconnected peer would dial old addresses.
	ctx = network.WithNoDial(ctx, "echo uses the connection at hand")
	start := time.Now()

	open := make([]network.Stream, 0, streams)
	defer func() {
		for _, s := range open {
			_ = s.Reset() // does nothing to a stream that ended well
		}
	}()
	for i := range streams {
		s, err := n.host.NewStream(ctx, p, echoProtocol)
		if err != nil {
			return nil, fmt.Errorf("open stream %d: %w", i, err)
		}
		open = append(open, s)
		if err := s.SetDeadline(start.Add(echoTimeout)); err != nil {
			return nil, err
		}
	}
	var group errgroup.Group
	for i, s := range open {
		group.Go(func() error {
			if err := roundTrip(s, uint64(i), size); err != nil {
				_ = s.Reset()
				return fmt.Errorf("stream %d: %w", i, err)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return fields{
		"streams":  streams,
		"bytes":    int64(streams) * size,
		"sha256Ok": true,
		"millis":   time.Since(start).Milliseconds(),
	}, nil
}

// roundTrip writes size pseudo-random bytes while it reads them back.
func roundTrip(s network.Stream, seed uint64, size int64) error {
	sent := sha256.New()
	var group errgroup.Group
	group.Go(func() error {
		source := io.LimitReader(rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}), size)
		if _, err := io.Copy(io.MultiWriter(sent, s), source); err != nil {
			return fmt.Errorf("write: %w", err)
		}
		return s.CloseWrite()
	})
	received := sha256.New()
	count, err := io.Copy(received, s)
	if err != nil {
		_ = s.Reset() // wakes up the writer
		return errors.Join(fmt.Errorf("read after %d bytes: %w", count, err), group.Wait())
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if count != size {
		return fmt.Errorf("sent %d bytes, received %d", size, count)
	}
	if !bytes.Equal(sent.Sum(nil), received.Sum(nil)) {
		return errors.New("received other bytes than were sent")
	}
	return nil
}
