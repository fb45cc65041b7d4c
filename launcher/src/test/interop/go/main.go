// Command peer is a go-libp2p node that a test suite drives with JSON lines on
// stdin and stdout. The protocol is described in ../README.md.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// stopTimeout bounds a clean shutdown: the peer must never outlive its parent.
const stopTimeout = 5 * time.Second

// listFlag collects a flag that may be given several times.
type listFlag []string

func (l *listFlag) String() string     { return fmt.Sprint(*l) }
func (l *listFlag) Set(v string) error { *l = append(*l, v); return nil }

func main() {
	var listen listFlag
	flag.Var(&listen, "listen", "address to listen on; may be repeated")
	keyType := flag.String("key-type", "ed25519", "ed25519 or secp256k1")
	dhtMode := flag.String("dht", "", "take part in the DHT as server or client")
	muxerName := flag.String("muxer", "yamux", "yamux or mplex")
	psk := flag.String("psk", "", "key of a private network, 64 hex digits")
	web := flag.String("web", "", "folder of certificate.pem and key.pem, for /tls/ws")
	flag.Parse()
	if len(listen) == 0 {
		listen = listFlag{"/ip4/127.0.0.1/tcp/0"}
	}
	if err := run(settings{listen, *keyType, *muxerName, *psk, *web}, *dhtMode); err != nil {
		fmt.Fprintln(os.Stderr, "peer:", err)
		os.Exit(1)
	}
}

func run(s settings, dhtMode string) error {
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()

	out := newWriter(os.Stdout)
	n, err := newNode(ctx, s, out)
	if err != nil {
		return err
	}
	if err := n.startDHT(dhtMode); err != nil {
		return err
	}
	n.announce()

	stopID, asked := serve(ctx, os.Stdin, out, n)

	time.AfterFunc(stopTimeout, func() { os.Exit(0) })
	n.close()
	if asked {
		out.reply(stopID, nil, nil)
	}
	return nil
}
