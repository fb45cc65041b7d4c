package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"sync"
)

// fields is the part of a reply or an event that differs from one to the next.
type fields map[string]any

// command is one line on stdin; each operation reads the fields it needs.
type command struct {
	ID      json.RawMessage `json:"id"`
	Op      string          `json:"op"`
	Addr    string          `json:"addr"`
	Peer    string          `json:"peer"`
	Topic   string          `json:"topic"`
	Data    []byte          `json:"data"` // base64 in JSON
	Count   int             `json:"count"`
	Streams int             `json:"streams"`
	Bytes   int64           `json:"bytes"`
	Addrs   []string        `json:"addrs"`
	Key     []byte          `json:"key"`   // base64
	Value   []byte          `json:"value"` // base64
}

// writer keeps lines whole although many goroutines write them.
type writer struct {
	mu  sync.Mutex
	enc *json.Encoder
}

func newWriter(w io.Writer) *writer {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return &writer{enc: enc}
}

func (w *writer) line(f fields) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.enc.Encode(f) // the parent is gone when this fails; stdin tells us too
}

func (w *writer) event(name string, f fields) {
	f["event"] = name
	w.line(f)
}

func (w *writer) reply(id json.RawMessage, f fields, err error) {
	if f == nil {
		f = fields{}
	}
	if id == nil {
		id = json.RawMessage("null")
	}
	f["reply"], f["ok"] = id, err == nil
	if err != nil {
		f["error"] = err.Error()
	}
	w.line(f)
}

// serve answers commands until "stop", the end of stdin or a signal. Each
// command runs in its own goroutine so that a slow one holds up no other. When
// "stop" was asked for, its id is returned: it is answered after the shutdown.
func serve(ctx context.Context, in io.Reader, out *writer, n *node) (stopID json.RawMessage, asked bool) {
	lines := make(chan []byte)
	go func() {
		defer close(lines)
		r := bufio.NewReader(in)
		for {
			line, err := r.ReadBytes('\n')
			if len(line) > 1 {
				lines <- line
			}
			if err != nil {
				return
			}
		}
	}()
	for {
		select {
		case <-ctx.Done():
			return nil, false
		case line, open := <-lines:
			if !open {
				return nil, false
			}
			var c command
			if err := json.Unmarshal(line, &c); err != nil {
				out.reply(c.ID, nil, err)
				continue
			}
			if c.Op == "stop" {
				return c.ID, true
			}
			go func() {
				f, err := n.do(ctx, c)
				out.reply(c.ID, f, err)
			}()
		}
	}
}
