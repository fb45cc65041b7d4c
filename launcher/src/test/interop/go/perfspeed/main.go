// Command perf measures go-libp2p with itself: bytes, streams, connections and
// round trips. The line protocol is described in ../../README.md, "How fast
// connections are".
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/connmgr"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	"github.com/libp2p/go-libp2p/p2p/security/noise"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "perf:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	h, err := newHost()
	if err != nil {
		return err
	}
	version := libraryVersion()
	switch {
	case len(args) == 1 && args[0] == "serve":
		h.SetStreamHandler(protocolID, answer)
		tell(map[string]any{"addr": h.Addrs()[0].String() + "/p2p/" + h.ID().String(), "version": version})
		return orders(func([]string) (map[string]any, error) { return nil, fmt.Errorf("a server takes no orders") })
	case len(args) == 2 && args[0] == "run":
		server, err := peer.AddrInfoFromString(args[1])
		if err != nil {
			return err
		}
		if err := h.Connect(context.Background(), *server); err != nil {
			return err
		}
		c := &client{host: h, server: *server}
		tell(map[string]any{"version": version})
		return orders(c.obey)
	}
	return fmt.Errorf("usage: perf serve | run MULTIADDR")
}

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

// obey carries out one order.
func (c *client) obey(words []string) (map[string]any, error) {
	var numbers [2]int
	for i, word := range words[1:] {
		var err error
		if numbers[i], err = strconv.Atoi(word); err != nil {
			return nil, err
		}
	}
	start := time.Now()
	var err error
	switch words[0] {
	case "upload":
		err = c.transfer(int64(numbers[0]), 0)
	case "download":
		err = c.transfer(0, int64(numbers[0]))
	case "streams":
		err = together(numbers[0], numbers[1], func(int) error { return c.transfer(0, 1) })
	case "connections":
		if err = c.startDialers(numbers[1]); err == nil {
			start = time.Now()
			err = together(numbers[0], numbers[1], c.connection)
		}
	case "hold":
		err = c.hold(numbers[0])
	case "ping":
		micros, err := c.pings(numbers[0])
		return map[string]any{"micros": micros}, err
	default:
		err = fmt.Errorf("unknown order %q", words[0])
	}
	return map[string]any{"seconds": time.Since(start).Seconds()}, err
}

// orders answers each line of stdin, to its end.
func orders(obey func(words []string) (map[string]any, error)) error {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) < 2 || len(words) > 3 {
			return fmt.Errorf("not an order: %q", lines.Text())
		}
		result, err := obey(words)
		if err != nil {
			result = map[string]any{"error": err.Error()}
		}
		tell(result)
	}
	return lines.Err()
}

// tell prints one line of JSON.
func tell(fields map[string]any) {
	line, err := json.Marshal(fields)
	if err != nil {
		panic(err) // only numbers and strings come here
	}
	fmt.Println(string(line))
}

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
