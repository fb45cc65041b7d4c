// Command dhtspeed measures the DHT: it is the load generator for a server of any
// implementation, and go-libp2p-kad-dht as server and as network. The line
// protocol is described in ../../README.md, "How fast the DHT is".
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "dhtspeed:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) == 1 && args[0] == "serve":
		return serve()
	case len(args) == 2 && args[0] == "network":
		size, err := strconv.Atoi(args[1])
		if err != nil {
			return err
		}
		return runNetwork(size)
	case len(args) == 5 && args[0] == "load":
		var numbers [3]int
		for i := range numbers {
			var err error
			if numbers[i], err = strconv.Atoi(args[2+i]); err != nil {
				return err
			}
		}
		return load(args[1], numbers[0], numbers[1], numbers[2])
	}
	return fmt.Errorf("usage: dhtspeed serve | network NODES | load SERVER PEERS CONNECTIONS STREAMS")
}

// tell prints one line of JSON.
func tell(fields map[string]any) {
	line, err := json.Marshal(fields)
	if err != nil {
		panic(err) // only numbers and strings come here
	}
	fmt.Println(string(line))
}

// order is a line "what seconds number" of whoever drives this program.
type order struct {
	what    string
	seconds float64
	last    string
}

func (o order) duration() time.Duration {
	return time.Duration(o.seconds * float64(time.Second))
}

// orders calls what is to be done for each line of stdin, to its end.
func orders(do func(o order) error) error {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		if len(words) != 3 {
			return fmt.Errorf("not an order: %q", lines.Text())
		}
		seconds, err := strconv.ParseFloat(words[1], 64)
		if err != nil {
			return err
		}
		if err := do(order{words[0], seconds, words[2]}); err != nil {
			return err
		}
	}
	return lines.Err()
}

// version of a module that was compiled in.
func version(module string) string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, dep := range info.Deps {
			if dep.Path == module {
				return dep.Version
			}
		}
	}
	return "unknown"
}
