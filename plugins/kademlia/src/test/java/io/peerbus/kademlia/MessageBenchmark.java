package io.peerbus.kademlia;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The machine of one server on one thread: from the bytes of a request to those of its answer, with a full table, a
 * thousand records and as many contents. No stream, no bus and no disk is in the figure.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MessageBenchmark {

  private static final int KEYS = 1000;
  private static final int PEERS = 1000;
  private static final int PROVIDERS = 8;
  private static final int NO_LIMIT = 1_000_000;
  /** Nanoseconds from one request to the next: as fast as a peer may ask then. */
  private static final long STEP = 1000;

  @Param({"FIND_NODE", "GET_VALUE", "PUT_VALUE", "GET_PROVIDERS", "ADD_PROVIDER", "PING"})
  public Message.Type type;

  private final KademliaOptions options = new KademliaOptions().setMode(io.peerbus.kademlia.Mode.SERVER);
  private final byte[][] requests = new byte[KEYS][];
  private Kademlia machine;
  private Contact asker = TestPeers.contact(1);
  private long now;
  private long exchange;
  private int next;

  @Setup
  public void fill() throws FormatException {
    options.getLimits().setMaxRequestsPerSecond(NO_LIMIT).setMaxRequestBurst(NO_LIMIT);
    machine = new Kademlia(TestPeers.peer(0), options, Storages.inMemory(), new SplittableRandom(1),
        new Clock(0, VirtualDht.WALL));
    machine.namespaces().add("v", VirtualDht.RANKED);
    machine.onListening(List.of(TestPeers.address(0)));
    machine.start(0);
    for (int i = 1; i <= PEERS; i++) {
      machine.onConnected(TestPeers.peer(i), TestPeers.address(i), true);
      machine.onIdentified(now, TestPeers.peer(i), List.of(TestPeers.address(i)), true);
      drain();
    }
    for (int i = 0; i < KEYS; i++) {
      ask(bytes(message(Message.Type.PUT_VALUE, i, 1)));
      for (int provider = PROVIDERS; provider > 0; provider--) {
        asker = TestPeers.contact(provider);
        ask(bytes(message(Message.Type.ADD_PROVIDER, i, provider)));
      }
      requests[i] = bytes(message(type, i, 1));
    }
    if (machine.table().size() < options.getK() || machine.records() != KEYS) {
      throw new IllegalStateException(machine.table().size() + " in the table, " + machine.records() + " records");
    }
  }

  private static Message message(Message.Type type, int number, int provider) {
    byte[] name = TestPeers.utf8("/v/key " + number);
    byte[] value = new byte[100];
    Arrays.fill(value, (byte) (1 + number % 100));
    return switch (type) {
      case FIND_NODE -> Message.findNode(TestPeers.key(number).toBytes());
      case GET_VALUE -> Message.getValue(name);
      case PUT_VALUE -> Message.putValue(new ValueRecord(name, value));
      case GET_PROVIDERS -> Message.getProviders(name);
      case ADD_PROVIDER -> Message.addProvider(name, TestPeers.contact(provider));
      case PING -> Message.ping();
    };
  }

  /** Without the length before it. */
  private byte[] bytes(Message message) {
    byte[] frame = MessageWriter.write(message, options.getLimits().getMaxMessageSize());
    int prefix = 1;
    while (frame[prefix - 1] < 0) {
      prefix++;
    }
    return Arrays.copyOfRange(frame, prefix, frame.length);
  }

  /** One request. Answers the length of what goes back. */
  @Benchmark
  public int request() throws FormatException {
    next = next + 1 == KEYS ? 0 : next + 1;
    return ask(requests[next]);
  }

  private int ask(byte[] request) throws FormatException {
    now += STEP;
    Multiaddr remote = asker.addresses().get(0);
    machine.onRequest(now, ++exchange, asker.peer(), remote, Message.read(request, options.getLimits()));
    return drain();
  }

  private int drain() {
    int written = 0;
    for (Action action = machine.poll(); action != null; action = machine.poll()) {
      if (action instanceof Action.Respond respond && respond.messageOrNull() != null) {
        written += MessageWriter.write(respond.messageOrNull(), options.getLimits().getMaxAnswerSize()).length;
      } else if (action instanceof Action.Check check) {
        machine.onChecked(now, check.check(),
            check.validator().check(check.wallMillis(), Namespaces.name(check.key()), check.value()));
      } else if (action instanceof Action.Request request) {
        machine.onResponse(now, request.request(), request.message().answer(null, List.of(), List.of()), null);
      } else if (action instanceof Action.Refuse refuse) {
        throw new IllegalStateException(refuse.reason());
      }
    }
    return written;
  }
}
