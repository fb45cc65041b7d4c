package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	pb "github.com/libp2p/go-libp2p-kad-dht/pb"
	recordpb "github.com/libp2p/go-libp2p-record/pb"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"
)

const (
	// pool: so many requests are made beforehand. No more, as rust's store takes 1024
	// records and contents.
	pool = 1000
	seed = 7
	// adding: so many ADD_PROVIDER go before a question.
	adding = 16
)

// requests of one kind, each a frame as it goes on the stream. What is put and
// provided are the same keys that are looked for.
func requests(kind string, h host.Host) ([][]byte, error) {
	chance := rand.New(rand.NewPCG(seed, seed))
	ids := make([][]byte, pool)
	for i := range ids {
		ids[i] = make([]byte, 32)
		for b := range ids[i] {
			ids[i][b] = byte(chance.Uint32())
		}
	}
	frames := make([][]byte, pool)
	for i := range frames {
		messages, err := request(kind, slices.Concat(ids[i:], ids[:i]), h)
		if err != nil {
			return nil, err
		}
		for _, message := range messages {
			if frames[i], err = appendFrame(frames[i], message); err != nil {
				return nil, err
			}
		}
	}
	return frames, nil
}

// request about the first of the ids, or about the first few.
func request(kind string, ids [][]byte, h host.Host) ([]*pb.Message, error) {
	name := []byte("/" + namespace + "/" + hex.EncodeToString(ids[0][:16]))
	switch kind {
	case "ping":
		return []*pb.Message{{Type: pb.Message_PING}}, nil
	case "find-node":
		return []*pb.Message{{Type: pb.Message_FIND_NODE, Key: multihash(ids[0])}}, nil
	case "get-value":
		return []*pb.Message{{Type: pb.Message_GET_VALUE, Key: name}}, nil
	case "put-value":
		value := []byte(hex.EncodeToString(ids[0]) + hex.EncodeToString(ids[1][:18]))
		return []*pb.Message{{Type: pb.Message_PUT_VALUE, Key: name,
			Record: &recordpb.Record{Key: name, Value: value}}}, nil
	case "get-providers":
		return []*pb.Message{{Type: pb.Message_GET_PROVIDERS, Key: multihash(ids[0])}}, nil
	case "add-provider":
		// It has no answer: the one to the question behind them says that all were taken.
		var messages []*pb.Message
		for _, id := range ids[:adding] {
			messages = append(messages, &pb.Message{
				Type: pb.Message_ADD_PROVIDER, Key: multihash(id), ProviderPeers: contacts(h)})
		}
		return append(messages, &pb.Message{Type: pb.Message_FIND_NODE, Key: multihash(ids[0])}), nil
	}
	return nil, fmt.Errorf("unknown kind of message %q", kind)
}

func multihash(digest []byte) []byte {
	return append([]byte{0x12, 32}, digest...)
}

func contacts(h host.Host) []*pb.Message_Peer {
	itself := &pb.Message_Peer{Id: []byte(h.ID())}
	for _, a := range h.Addrs() {
		itself.Addrs = append(itself.Addrs, a.Bytes())
	}
	return []*pb.Message_Peer{itself}
}

func appendFrame(to []byte, message *pb.Message) ([]byte, error) {
	body, err := proto.Marshal(message)
	if err != nil {
		return nil, err
	}
	return append(binary.AppendUvarint(to, uint64(len(body))), body...), nil
}

// fillTable connects so many peers that say they are servers to the one that is
// measured, waits until it tells of k of them, and returns how many it told.
func fillTable(server peer.AddrInfo, peers int) (int, error) {
	var group errgroup.Group
	group.SetLimit(joining)
	for range peers {
		group.Go(func() error {
			h, err := newHost()
			if err != nil {
				return err
			}
			h.SetStreamHandler(protocolID, func(s network.Stream) { answer(h, s) })
			return h.Connect(context.Background(), server)
		})
	}
	if err := group.Wait(); err != nil {
		return 0, err
	}
	h, err := newHost()
	if err != nil {
		return 0, err
	}
	defer h.Close()
	if err := h.Connect(context.Background(), server); err != nil {
		return 0, err
	}
	begin := time.Now()
	for {
		told, err := countTold(h, server.ID)
		if told >= min(k, peers) || time.Since(begin) > tableDeadline {
			return told, err
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func countTold(h host.Host, server peer.ID) (int, error) {
	frames, err := requests("find-node", h)
	if err != nil {
		return 0, err
	}
	s, err := h.NewStream(context.Background(), server, protocolID)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	_ = s.SetDeadline(time.Now().Add(answerTime))
	if _, err := s.Write(frames[0]); err != nil {
		return 0, err
	}
	message, err := readMessage(bufio.NewReader(s))
	return len(message.GetCloserPeers()), err
}

func readMessage(r *bufio.Reader) (*pb.Message, error) {
	size, err := binary.ReadUvarint(r)
	if err != nil || size > maxSize {
		return nil, fmt.Errorf("no message: %w", err)
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	message := &pb.Message{}
	return message, proto.Unmarshal(body, message)
}

// answer is all that a peer of the table does: it knows of nobody but itself,
// which go's server wants to hear before it keeps a peer.
func answer(h host.Host, s network.Stream) {
	defer s.Close()
	r := bufio.NewReader(s)
	for {
		_ = s.SetDeadline(time.Now().Add(time.Minute))
		asked, err := readMessage(r)
		if err != nil {
			return
		}
		if asked.Type == pb.Message_ADD_PROVIDER {
			continue
		}
		frame, err := appendFrame(nil, &pb.Message{Type: asked.Type, Key: asked.Key, Record: asked.Record,
			CloserPeers: contacts(h)})
		if err != nil {
			return
		}
		if _, err := s.Write(frame); err != nil {
			return
		}
	}
}
