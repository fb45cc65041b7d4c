package io.peerbus.mplex;

/**
 * The limits of a session. Each names what it stops. Not thread safe; a session takes a copy.
 */
public final class MplexOptions {

  public static final int DEFAULT_MAX_INBOUND_STREAMS = 256;
  public static final int DEFAULT_MAX_OUTBOUND_STREAMS = 128;
  public static final int DEFAULT_MAX_MESSAGE = 1024 * 1024;
  public static final int DEFAULT_MAX_UNREAD = 256 * 1024;
  public static final int DEFAULT_MAX_UNREAD_OF_SESSION = 4 * 1024 * 1024;
  public static final long DEFAULT_READ_TIMEOUT_MILLIS = 5_000;
  public static final int DEFAULT_WASTED_PER_SECOND = 1_000;
  public static final int DEFAULT_WASTED_BURST = 5_000;
  public static final long DEFAULT_FRAME_TIMEOUT_MILLIS = 60_000;
  public static final long DEFAULT_IDLE_MILLIS = 300_000;
  public static final int DEFAULT_LIFETIME_STREAMS = 1_000_000_000;

  private static final int KIB = 1024;
  private static final int GIB = 1024 * 1024 * 1024;
  private static final int MILLION = 1_000_000;
  private static final long DAY = 86_400_000;

  private int maxInboundStreams = DEFAULT_MAX_INBOUND_STREAMS;
  private int maxOutboundStreams = DEFAULT_MAX_OUTBOUND_STREAMS;
  private int maxMessage = DEFAULT_MAX_MESSAGE;
  private int maxUnread = DEFAULT_MAX_UNREAD;
  private int maxUnreadOfSession = DEFAULT_MAX_UNREAD_OF_SESSION;
  private long readTimeoutMillis = DEFAULT_READ_TIMEOUT_MILLIS;
  private int wastedPerSecond = DEFAULT_WASTED_PER_SECOND;
  private int wastedBurst = DEFAULT_WASTED_BURST;
  private long frameTimeoutMillis = DEFAULT_FRAME_TIMEOUT_MILLIS;
  private long idleMillis = DEFAULT_IDLE_MILLIS;
  private int lifetimeStreams = DEFAULT_LIFETIME_STREAMS;

  public MplexOptions() {}

  public MplexOptions(MplexOptions other) {
    maxInboundStreams = other.maxInboundStreams;
    maxOutboundStreams = other.maxOutboundStreams;
    maxMessage = other.maxMessage;
    maxUnread = other.maxUnread;
    maxUnreadOfSession = other.maxUnreadOfSession;
    readTimeoutMillis = other.readTimeoutMillis;
    wastedPerSecond = other.wastedPerSecond;
    wastedBurst = other.wastedBurst;
    frameTimeoutMillis = other.frameTimeoutMillis;
    idleMillis = other.idleMillis;
    lifetimeStreams = other.lifetimeStreams;
  }

  /**
   * Streams of the other side at one time, 1 to 1,000,000; more are reset. A peer that opens streams without end would
   * otherwise take all memory (CVE-2022-23492).
   */
  public int getMaxInboundStreams() {
    return maxInboundStreams;
  }

  public MplexOptions setMaxInboundStreams(int streams) {
    maxInboundStreams = (int) within("maxInboundStreams", streams, 1, MILLION);
    return this;
  }

  /**
   * Streams of ours at one time, 1 to 1,000,000. Stops a runaway plugin from doing the same to us and to the peer;
   * rust-libp2p takes 128.
   */
  public int getMaxOutboundStreams() {
    return maxOutboundStreams;
  }

  public MplexOptions setMaxOutboundStreams(int streams) {
    maxOutboundStreams = (int) within("maxOutboundStreams", streams, 1, MILLION);
    return this;
  }

  /**
   * Bytes of a frame beyond its header, 1 KiB to 1 GiB; a larger one ends the session. What is agreed on everywhere is
   * 1 MiB. A peer that sends one frame for ever would otherwise keep all other streams waiting.
   */
  public int getMaxMessage() {
    return maxMessage;
  }

  public MplexOptions setMaxMessage(int bytes) {
    maxMessage = (int) within("maxMessage", bytes, KIB, GIB);
    return this;
  }

  /**
   * Bytes of one stream that its reader has not taken, 1 KiB to 512 MiB, from where on the connection is not read until
   * half of that was taken. A peer that writes to a stream nobody reads would otherwise fill the heap: there is no
   * window that it had to keep to.
   */
  public int getMaxUnread() {
    return maxUnread;
  }

  public MplexOptions setMaxUnread(int bytes) {
    maxUnread = (int) within("maxUnread", bytes, KIB, GIB / 2);
    return this;
  }

  /** The same for all streams of a session together. A peer would otherwise write a little to each of many. */
  public int getMaxUnreadOfSession() {
    return maxUnreadOfSession;
  }

  public MplexOptions setMaxUnreadOfSession(int bytes) {
    maxUnreadOfSession = (int) within("maxUnreadOfSession", bytes, KIB, GIB / 2);
    return this;
  }

  /**
   * Time in milliseconds, 1 to a day, for which no reader of a connection that is held up so may take anything; then
   * the streams with the most unread are reset until there is room. A reader that stopped, or a peer that found a stream
   * nobody reads, would otherwise stop all streams of the connection for ever. go-mplex has the same 5 s.
   */
  public long getReadTimeoutMillis() {
    return readTimeoutMillis;
  }

  public MplexOptions setReadTimeoutMillis(long millis) {
    readTimeoutMillis = within("readTimeoutMillis", millis, 1, DAY);
    return this;
  }

  /**
   * Streams of the other side that may come to nothing in a second, 1 to 1,000,000: one that we refuse counts once,
   * one that it resets five times. Opening and resetting in a loop stays below all limits of simultaneous streams
   * and still makes work for each (HTTP/2's "rapid reset", CVE-2023-44487), and so does opening beyond those limits.
   * Faster than this all new streams are reset and we read seldom ({@link Session#pause}); when it goes on for a whole
   * {@link #getWastedBurst} more the session ends.
   */
  public int getWastedPerSecond() {
    return wastedPerSecond;
  }

  public MplexOptions setWastedPerSecond(int streams) {
    wastedPerSecond = (int) within("wastedPerSecond", streams, 1, MILLION);
    return this;
  }

  /**
   * How many {@link #getWastedPerSecond} lets through at once, 1 to 1,000,000. An honest peer may have as many refused
   * while we are full, or reset a thousand streams when it shuts an application down.
   */
  public int getWastedBurst() {
    return wastedBurst;
  }

  public MplexOptions setWastedBurst(int streams) {
    wastedBurst = (int) within("wastedBurst", streams, 1, MILLION);
    return this;
  }

  /**
   * Time in milliseconds, 1 to a day, in which a frame that has begun must be complete. Stops a peer that announces
   * data and dribbles it (GHSA-hmj8-5xmh-5573).
   */
  public long getFrameTimeoutMillis() {
    return frameTimeoutMillis;
  }

  public MplexOptions setFrameTimeoutMillis(long millis) {
    frameTimeoutMillis = within("frameTimeoutMillis", millis, 1, DAY);
    return this;
  }

  /**
   * Time in milliseconds, up to a day, after which a session closes that has no stream and hears nothing; 0 for never.
   * A peer that is gone would otherwise hold its connection until TCP finds out, and mplex has no ping.
   */
  public long getIdleMillis() {
    return idleMillis;
  }

  public MplexOptions setIdleMillis(long millis) {
    idleMillis = within("idleMillis", millis, 0, DAY);
    return this;
  }

  /**
   * Streams of either side from the beginning of a session to its end, 1 to 2^30. Our ids of 32 bits would otherwise be
   * used twice. A session that has few of ours left says so while there is time to replace it.
   */
  public int getLifetimeStreams() {
    return lifetimeStreams;
  }

  public MplexOptions setLifetimeStreams(int streams) {
    lifetimeStreams = (int) within("lifetimeStreams", streams, 1, GIB);
    return this;
  }

  private static long within(String name, long value, long least, long most) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": " + value + " < " + least);
    }
    if (value > most) {
      throw new IllegalArgumentException(name + ": " + value + " > " + most);
    }
    return value;
  }
}
