package io.peerbus.host;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/**
 * How many streams a node has, and how many bytes wait in them, beside what each plugin may have. What is 0 or less
 * makes no sense and is refused with an {@link IllegalArgumentException} that names it.
 *
 * @param streams in all. A crowd of peers, each within its own limits, could otherwise fill the heap
 * @param streamsPerPeer over all connections with one peer. One with several could otherwise have as much of each
 * @param streamsPerProtocol that peers open for one protocol. Those of one that everybody wants could otherwise leave
 *     no room for all others
 * @param bytes that wait for a plugin or for a peer, in all; 0 for a quarter of the heap. Plugins within their budgets
 *     could otherwise have more between them than there is
 * @param bytesPerPeer of these for one peer; 0 for half of them. One that does not read could otherwise have all
 */
public record Capacity(int streams, int streamsPerPeer, int streamsPerProtocol, long bytes, long bytesPerPeer) {

  /** More than any honest use of a node is known to need. */
  public static final Capacity DEFAULT = new Capacity(131_072, 16_384, 65_536, 0, 0);

  private static final long LEAST_BYTES = 1 << 20;

  public Capacity {
    List<String> wrong = new ArrayList<>();
    atLeast(wrong, "streams", streams, 1);
    atLeast(wrong, "streamsPerPeer", streamsPerPeer, 1);
    atLeast(wrong, "streamsPerProtocol", streamsPerProtocol, 1);
    atLeast(wrong, "bytes", bytes == 0 ? LEAST_BYTES : bytes, LEAST_BYTES);
    atLeast(wrong, "bytesPerPeer", bytesPerPeer == 0 ? LEAST_BYTES : bytesPerPeer, LEAST_BYTES);
    if (!wrong.isEmpty()) {
      throw new IllegalArgumentException(wrong.get(0));
    }
  }

  private static void atLeast(List<String> wrong, String name, long value, long least) {
    if (value < least) {
      wrong.add(name + ": " + value + " < " + least);
    }
  }

  /** With the numbers that are left to the machine. */
  Capacity resolved(long heap) {
    long all = bytes > 0 ? bytes : Math.max(LEAST_BYTES, heap / 4);
    long each = bytesPerPeer > 0 ? bytesPerPeer : Math.max(LEAST_BYTES, all / 2);
    return new Capacity(streams, streamsPerPeer, streamsPerProtocol, all, each);
  }

  JsonObject toJson() {
    return new JsonObject().put("streams", streams).put("streamsPerPeer", streamsPerPeer)
        .put("streamsPerProtocol", streamsPerProtocol).put("bytes", bytes).put("bytesPerPeer", bytesPerPeer);
  }

  /** What is absent keeps its default. */
  static Capacity of(JsonObject given) {
    JsonObject json = DEFAULT.toJson().mergeIn(given);
    return new Capacity(json.getInteger("streams"), json.getInteger("streamsPerPeer"),
        json.getInteger("streamsPerProtocol"), json.getLong("bytes"), json.getLong("bytesPerPeer"));
  }
}
