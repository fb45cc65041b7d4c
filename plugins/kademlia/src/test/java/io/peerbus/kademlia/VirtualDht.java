package io.peerbus.kademlia;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.sim.Kernel;
import io.peerbus.sim.Weather;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Many machines in virtual time. A request to a peer that is not connected dials it first; who is down cannot be
 * dialled; messages cross as bytes. Identify is told once, when a connection is made.
 */
public final class VirtualDht {

  /** 2026-01-01T00:00:00Z at the kernel's start. */
  static final long WALL = 1_767_225_600_000L;

  private static final KademliaLimits LIMITS = new KademliaLimits();
  /** The first byte of a value is its rank; 0 is no valid value. */
  static final Validator RANKED = (now, name, value) -> value.length == 0 || value[0] == 0
      ? Verdict.bad("no rank") : Verdict.good(new byte[] {value[0]}, Long.MAX_VALUE);

  /** What nodes really answer; hostile ones lie here. */
  interface Answers {
    Message answer(VirtualNode node, Message honest);
  }

  /** What a node without a machine answers. */
  public interface Puppet {
    Message answer(VirtualNode node, Message request);
  }

  public final Kernel kernel;
  public Weather weather = Weather.fair();
  /** Connections of a node; the oldest is closed for one more. */
  public int maxLinks = Integer.MAX_VALUE;
  /** One message of so many crosses as bytes, which costs more than all else; the others as they are. */
  public int crossing = 1;
  Answers answers = (node, honest) -> honest;
  private long crossed;
  private final Map<PeerId, VirtualNode> byId = new LinkedHashMap<>();

  public VirtualDht(long seed) {
    kernel = new Kernel(seed);
  }

  long wall() {
    return WALL + (kernel.now() - Kernel.START) / 1_000_000;
  }

  VirtualNode add(KademliaOptions options) {
    return add(byId.size() + 1, options);
  }

  /** @param number of its id, see {@link TestPeers#peer}; no other node has it */
  public VirtualNode add(int number, KademliaOptions options) {
    VirtualNode node = new VirtualNode(this, number, options);
    byId.put(node.id, node);
    return node;
  }

  /** Of the node with this number. */
  public static Key key(int number) {
    return TestPeers.key(number);
  }

  /** So many servers, the first of which the others begin with; one comes every 100 ms. */
  List<VirtualNode> servers(int count) {
    return servers(count, new KademliaOptions().setMode(Mode.SERVER));
  }

  List<VirtualNode> servers(int count, KademliaOptions options) {
    List<VirtualNode> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      VirtualNode node = add(options);
      nodes.add(node);
      kernel.after(i * 100_000_000L, () -> node.start(nodes.get(0)));
    }
    kernel.run(Duration.ofMillis(100L * count));
    return nodes;
  }

  /** {@code null} when there is none. */
  VirtualNode find(PeerId peer) {
    return byId.get(peer);
  }

  /** Forgets a node that is down for good. */
  public void remove(VirtualNode node) {
    byId.remove(node.id);
  }

  List<VirtualNode> up() {
    return byId.values().stream().filter(node -> node.up).toList();
  }

  /** The nearest to the key of those that are up, nearest first, by looking at all of them. */
  List<PeerId> nearest(byte[] key, int count, VirtualNode except) {
    return up().stream().filter(node -> node != except && node.isServing())
        .sorted(Comparator.comparing(node -> node.key, Key.of(key).byDistance()))
        .limit(count).map(node -> node.id).toList();
  }

  Message cross(Message message) {
    if (++crossed % crossing != 0) {
      return message;
    }
    try {
      byte[] body = new MessageFramer(LIMITS.getMaxMessageSize())
          .next(ByteBuffer.wrap(MessageWriter.write(message, LIMITS.getMaxMessageSize())));
      return Message.read(body, LIMITS);
    } catch (FormatException e) {
      throw new AssertionError(e);
    }
  }
}
