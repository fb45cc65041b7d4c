package io.peerbus.samples.keyvalue;

/**
 * The limits of the store, each against one way to misuse it.
 *
 * @param maxValueBytes the longest value; one peer could otherwise fill the memory with one message
 * @param maxEntries entries in all; many identities of one owner could otherwise fill it with small ones
 * @param maxEntriesPerPeer entries of one peer; it could otherwise leave no place to others
 * @param maxStreamsPerPeer requests of one peer at one time; it could otherwise open streams without end
 * @param timeoutMillis for a request and its response; a peer could otherwise send a byte now and then for ever
 */
public record KeyValueOptions(
    int maxValueBytes, int maxEntries, int maxEntriesPerPeer, int maxStreamsPerPeer, int timeoutMillis) {

  public static final KeyValueOptions DEFAULT = new KeyValueOptions(64 << 10, 10_000, 1_000, 16, 10_000);

  public KeyValueOptions {
    positive("maxValueBytes", maxValueBytes);
    positive("maxEntries", maxEntries);
    positive("maxEntriesPerPeer", maxEntriesPerPeer);
    positive("maxStreamsPerPeer", maxStreamsPerPeer);
    positive("timeoutMillis", timeoutMillis);
  }

  private static void positive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " < 1");
    }
  }

  /** The longest message: the longest key and value, and what protobuf puts around them. */
  public int maxMessage() {
    return maxValueBytes + Store.MAX_KEY + 64;
  }

  /** {@link #timeoutMillis} in nanoseconds. */
  public long timeout() {
    return timeoutMillis * 1_000_000L;
  }
}
