package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/p2p/muxer/yamux"
	mplex "github.com/libp2p/go-mplex"
)

// muxer is the one multiplexer that the node speaks.
func muxer(name string) (libp2p.Option, error) {
	switch name {
	case "yamux":
		return libp2p.Muxer(yamux.ID, yamux.DefaultTransport), nil
	case "mplex":
		return libp2p.Muxer("/mplex/6.7.0", mplexTransport{}), nil
	default:
		return nil, fmt.Errorf("unknown muxer %q", name)
	}
}

// go-libp2p has dropped mplex, and what once joined the two does not compile with
// it any more. The multiplexer itself is still the old one.
type mplexTransport struct{}

func (mplexTransport) NewConn(c net.Conn, isServer bool, scope network.PeerScope) (network.MuxedConn, error) {
	m, err := mplex.NewMultiplex(c, !isServer, scope)
	if err != nil {
		return nil, err
	}
	return mplexConn{m}, nil
}

type mplexConn struct {
	*mplex.Multiplex
}

func (c mplexConn) As(any) bool {
	return false
}

func (c mplexConn) CloseWithError(network.ConnErrorCode) error {
	return c.Close()
}

func (c mplexConn) OpenStream(ctx context.Context) (network.MuxedStream, error) {
	s, err := c.NewStream(ctx)
	if err != nil {
		return nil, err
	}
	return mplexStream{s}, nil
}

func (c mplexConn) AcceptStream() (network.MuxedStream, error) {
	s, err := c.Accept()
	if err != nil {
		return nil, err
	}
	return mplexStream{s}, nil
}

type mplexStream struct {
	*mplex.Stream
}

func (s mplexStream) ResetWithError(network.StreamErrorCode) error {
	return s.Reset()
}

func (s mplexStream) Read(b []byte) (int, error) {
	n, err := s.Stream.Read(b)
	return n, resetError(err)
}

func (s mplexStream) Write(b []byte) (int, error) {
	n, err := s.Stream.Write(b)
	return n, resetError(err)
}

func resetError(err error) error {
	if errors.Is(err, mplex.ErrStreamReset) {
		return fmt.Errorf("%w: %w", network.ErrReset, err)
	}
	return err
}
