package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	pb "github.com/libp2p/go-libp2p-kad-dht/pb"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"google.golang.org/protobuf/proto"
)

const (
	tableDeadline = 60 * time.Second
	answerTime    = 20 * time.Second
	// sample: of so many answers one is taken apart, to see that it is a real one.
	sample  = 64
	maxSize = 1 << 20
)

// generator asks one server on so many connections, each of a peer of its own,
// with so many streams on each, and one request at a time on a stream.
type generator struct {
	server  peer.AddrInfo
	hosts   []host.Host
	streams int
}

// load fills the server's table with peers of this process and then obeys orders
// "find-node SECONDS reused|fresh".
func load(server string, peers, connections, streams int) error {
	info, err := peer.AddrInfoFromString(server)
	if err != nil {
		return err
	}
	g := &generator{server: *info, streams: streams}
	known, err := fillTable(*info, peers)
	if err != nil {
		return err
	}
	for range connections {
		h, err := newHost()
		if err != nil {
			return err
		}
		if err := h.Connect(context.Background(), *info); err != nil {
			return err
		}
		g.hosts = append(g.hosts, h)
	}
	tell(map[string]any{"table": known})
	return orders(g.measure)
}

func (g *generator) measure(o order) error {
	if o.last != "reused" && o.last != "fresh" {
		return fmt.Errorf("streams are reused or fresh, not %q", o.last)
	}
	var asked []*asker
	for _, h := range g.hosts {
		frames, err := requests(o.what, h)
		if err != nil {
			return err
		}
		for i := range g.streams {
			// Each begins elsewhere, so that no two ask for the same at a time.
			at := len(frames) * len(asked) / (len(g.hosts) * g.streams)
			asked = append(asked, &asker{g: g, h: h, frames: frames, at: at + i, fresh: o.last == "fresh"})
		}
	}
	var stop atomic.Bool
	start := time.Now()
	time.AfterFunc(o.duration(), func() { stop.Store(true) })
	var group sync.WaitGroup
	for _, a := range asked {
		group.Go(func() { a.run(&stop) })
	}
	group.Wait()
	return report(asked, time.Since(start))
}

func report(asked []*asker, took time.Duration) error {
	var sum asker
	var micros []int64
	for _, a := range asked {
		sum.count += a.count
		sum.failed += a.failed
		sum.opened += a.opened
		sum.bytes += a.bytes
		sum.closer += a.closer
		sum.records += a.records
		sum.providers += a.providers
		sum.sampled += a.sampled
		micros = append(micros, a.micros...)
		if a.err != nil {
			sum.err = a.err
		}
	}
	slices.Sort(micros)
	answer := map[string]any{
		"count": sum.count, "failed": sum.failed, "opened": sum.opened, "seconds": took.Seconds(),
		"bytes":     float64(sum.bytes) / max(1, float64(sum.count)),
		"closer":    float64(sum.closer) / max(1, float64(sum.sampled)),
		"records":   float64(sum.records) / max(1, float64(sum.sampled)),
		"providers": float64(sum.providers) / max(1, float64(sum.sampled)),
	}
	if len(micros) > 0 {
		answer["p50"] = micros[len(micros)/2]
		answer["p99"] = micros[len(micros)*99/100]
	}
	if sum.err != nil {
		answer["error"] = sum.err.Error()
	}
	tell(answer)
	return nil
}

// asker asks on one stream, or on one after the other. Used by one goroutine.
type asker struct {
	g      *generator
	h      host.Host
	frames [][]byte
	at     int
	fresh  bool

	stream network.Stream
	reader *bufio.Reader
	body   []byte

	count, failed, opened, bytes        int64
	sampled, closer, records, providers int64
	micros                              []int64
	err                                 error
}

func (a *asker) run(stop *atomic.Bool) {
	for !stop.Load() {
		began := time.Now()
		if err := a.ask(a.frames[a.at%len(a.frames)]); err != nil {
			a.failed++
			a.err = err
			a.end(false)
			time.Sleep(time.Millisecond) // not to spin where all fail
		} else {
			a.count++
			if a.count%sample == 0 {
				a.micros = append(a.micros, time.Since(began).Microseconds())
			}
		}
		a.at++
		if a.fresh {
			a.end(true)
		}
	}
	a.end(true)
}

func (a *asker) ask(frame []byte) error {
	if a.stream == nil {
		ctx, cancel := context.WithTimeout(context.Background(), answerTime)
		defer cancel()
		s, err := a.h.NewStream(ctx, a.g.server.ID, protocolID)
		if err != nil {
			return err
		}
		a.opened++
		a.stream = s
		if a.reader == nil {
			a.reader = bufio.NewReaderSize(s, 16<<10)
		}
		a.reader.Reset(s)
	}
	if a.fresh || a.count%sample == 0 { // a deadline a message would be a timer a message
		_ = a.stream.SetDeadline(time.Now().Add(answerTime))
	}
	if _, err := a.stream.Write(frame); err != nil {
		return err
	}
	return a.read()
}

func (a *asker) read() error {
	size, err := binary.ReadUvarint(a.reader)
	if err != nil {
		return err
	}
	if size > maxSize {
		return errors.New("an answer that is too long")
	}
	if a.count%sample != 0 {
		a.bytes += int64(size)
		_, err := a.reader.Discard(int(size))
		return err
	}
	a.body = slices.Grow(a.body[:0], int(size))[:size]
	if _, err := io.ReadFull(a.reader, a.body); err != nil {
		return err
	}
	var answer pb.Message
	if err := proto.Unmarshal(a.body, &answer); err != nil {
		return err
	}
	a.bytes += int64(size)
	a.sampled++
	a.closer += int64(len(answer.CloserPeers))
	a.providers += int64(len(answer.ProviderPeers))
	if len(answer.GetRecord().GetValue()) > 0 {
		a.records++
	}
	return nil
}

func (a *asker) end(well bool) {
	if a.stream == nil {
		return
	}
	if well {
		_ = a.stream.Close()
	} else {
		_ = a.stream.Reset()
	}
	a.stream = nil
}
