package io.peerbus.yamux;

/**
 * The limits of a session. Each names what it stops. Not thread safe; a session takes a copy.
 */
public final class YamuxOptions {

  public static final int DEFAULT_MAX_INBOUND_STREAMS = 1024;
  public static final int DEFAULT_MAX_OUTBOUND_STREAMS = 4096;
  public static final int DEFAULT_ACCEPT_BACKLOG = 256;
  public static final int DEFAULT_MAX_UNACKNOWLEDGED = 256;
  public static final int DEFAULT_MAX_WINDOW = 16 * 1024 * 1024;
  public static final long DEFAULT_MAX_GROWTH = 32 * 1024 * 1024;
  public static final int DEFAULT_MAX_PENDING_PONGS = 64;
  public static final int DEFAULT_WASTED_PER_SECOND = 1_000;
  public static final int DEFAULT_WASTED_BURST = 5_000;
  public static final long DEFAULT_KEEP_ALIVE_MILLIS = 30_000;
  public static final long DEFAULT_PONG_TIMEOUT_MILLIS = 20_000;
  public static final long DEFAULT_FRAME_TIMEOUT_MILLIS = 60_000;
  public static final long DEFAULT_WRITE_TIMEOUT_MILLIS = 30_000;
  public static final int DEFAULT_LIFETIME_STREAMS = 1_000_000_000;

  private static final int GIB = 1024 * 1024 * 1024;
  private static final int MILLION = 1_000_000;
  private static final long DAY = 86_400_000;

  private int maxInboundStreams = DEFAULT_MAX_INBOUND_STREAMS;
  private int maxOutboundStreams = DEFAULT_MAX_OUTBOUND_STREAMS;
  private int acceptBacklog = DEFAULT_ACCEPT_BACKLOG;
  private int maxUnacknowledged = DEFAULT_MAX_UNACKNOWLEDGED;
  private int maxWindow = DEFAULT_MAX_WINDOW;
  private long maxGrowth = DEFAULT_MAX_GROWTH;
  private int maxPendingPongs = DEFAULT_MAX_PENDING_PONGS;
  private int wastedPerSecond = DEFAULT_WASTED_PER_SECOND;
  private int wastedBurst = DEFAULT_WASTED_BURST;
  private long keepAliveMillis = DEFAULT_KEEP_ALIVE_MILLIS;
  private long pongTimeoutMillis = DEFAULT_PONG_TIMEOUT_MILLIS;
  private long frameTimeoutMillis = DEFAULT_FRAME_TIMEOUT_MILLIS;
  private long writeTimeoutMillis = DEFAULT_WRITE_TIMEOUT_MILLIS;
  private int lifetimeStreams = DEFAULT_LIFETIME_STREAMS;

  public YamuxOptions() {}

  public YamuxOptions(YamuxOptions other) {
    maxInboundStreams = other.maxInboundStreams;
    maxOutboundStreams = other.maxOutboundStreams;
    acceptBacklog = other.acceptBacklog;
    maxUnacknowledged = other.maxUnacknowledged;
    maxWindow = other.maxWindow;
    maxGrowth = other.maxGrowth;
    maxPendingPongs = other.maxPendingPongs;
    wastedPerSecond = other.wastedPerSecond;
    wastedBurst = other.wastedBurst;
    keepAliveMillis = other.keepAliveMillis;
    pongTimeoutMillis = other.pongTimeoutMillis;
    frameTimeoutMillis = other.frameTimeoutMillis;
    writeTimeoutMillis = other.writeTimeoutMillis;
    lifetimeStreams = other.lifetimeStreams;
  }

  /**
   * Streams of the other side at one time, 1 to 1,000,000; more are reset. A peer that opens streams without end
   * would otherwise take all memory (CVE-2022-23492): each can make us hold a window of bytes nobody reads.
   */
  public int getMaxInboundStreams() {
    return maxInboundStreams;
  }

  public YamuxOptions setMaxInboundStreams(int streams) {
    maxInboundStreams = (int) within("maxInboundStreams", streams, 1, MILLION);
    return this;
  }

  /** Streams of ours at one time, 1 to 1,000,000. Stops a runaway plugin from doing the same to us and to the peer. */
  public int getMaxOutboundStreams() {
    return maxOutboundStreams;
  }

  public YamuxOptions setMaxOutboundStreams(int streams) {
    maxOutboundStreams = (int) within("maxOutboundStreams", streams, 1, MILLION);
    return this;
  }

  /**
   * Inbound streams that the layer above has not taken yet, 1 to 1,000,000; more are reset. A flood of opens would
   * otherwise queue up before anything looks at them.
   */
  public int getAcceptBacklog() {
    return acceptBacklog;
  }

  public YamuxOptions setAcceptBacklog(int streams) {
    acceptBacklog = (int) within("acceptBacklog", streams, 1, MILLION);
    return this;
  }

  /**
   * Streams of ours without an ACK, 1 to 1,000,000. Others end the session or drop streams beyond 256, which is the
   * spec's number for both sides.
   */
  public int getMaxUnacknowledged() {
    return maxUnacknowledged;
  }

  public YamuxOptions setMaxUnacknowledged(int streams) {
    maxUnacknowledged = (int) within("maxUnacknowledged", streams, 1, MILLION);
    return this;
  }

  /**
   * Bytes a stream's receive window may grow to, 256 KiB (no growth) to 1 GiB. A reader that stops costs as much
   * memory as the window has grown to.
   */
  public int getMaxWindow() {
    return maxWindow;
  }

  public YamuxOptions setMaxWindow(int bytes) {
    maxWindow = (int) within("maxWindow", bytes, Window.INITIAL, GIB);
    return this;
  }

  /**
   * Bytes by which all receive windows of a session together may exceed 256 KiB each, 0 (no growth) to 1 GiB. A peer
   * that opens many streams and feeds each until it has grown would otherwise multiply {@link #getMaxWindow}.
   */
  public long getMaxGrowth() {
    return maxGrowth;
  }

  public YamuxOptions setMaxGrowth(long bytes) {
    maxGrowth = within("maxGrowth", bytes, 0, GIB);
    return this;
  }

  /**
   * Pongs that wait to be sent, 1 to 1,000,000; one more ends the session. A peer that pings without reading the
   * answers could otherwise grow these for ever (GHSA-3999-5ffv-wp2r).
   */
  public int getMaxPendingPongs() {
    return maxPendingPongs;
  }

  public YamuxOptions setMaxPendingPongs(int pongs) {
    maxPendingPongs = (int) within("maxPendingPongs", pongs, 1, MILLION);
    return this;
  }

  /**
   * Streams of the other side that may come to nothing in a second, 1 to 1,000,000: one that we refuse counts once,
   * one that it resets five times. Opening and resetting in a loop stays below all limits of simultaneous streams
   * and still makes work for each (HTTP/2's "rapid reset", CVE-2023-44487), and so does opening beyond those limits.
   * Faster than this all new streams are reset and we read seldom ({@link Session#pause}), so that a crowd of such
   * peers leaves time for others; when it goes on for a whole {@link #getWastedBurst} more the session ends.
   */
  public int getWastedPerSecond() {
    return wastedPerSecond;
  }

  public YamuxOptions setWastedPerSecond(int streams) {
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

  public YamuxOptions setWastedBurst(int streams) {
    wastedBurst = (int) within("wastedBurst", streams, 1, MILLION);
    return this;
  }

  /** Time between pings in milliseconds, up to a day; 0 for none. The first is sent at the start. */
  public long getKeepAliveMillis() {
    return keepAliveMillis;
  }

  public YamuxOptions setKeepAliveMillis(long millis) {
    keepAliveMillis = within("keepAliveMillis", millis, 0, DAY);
    return this;
  }

  /**
   * Time in milliseconds, 1 to a day, after which a ping that cannot be sent, or one without an answer while nothing
   * else arrives either, ends the session. Stops peers that are gone, or do not read, from holding a connection.
   */
  public long getPongTimeoutMillis() {
    return pongTimeoutMillis;
  }

  public YamuxOptions setPongTimeoutMillis(long millis) {
    pongTimeoutMillis = within("pongTimeoutMillis", millis, 1, DAY);
    return this;
  }

  /**
   * Time in milliseconds, 1 to a day, in which a frame that has begun must be complete. Stops a peer that announces
   * data and dribbles it (GHSA-hmj8-5xmh-5573).
   */
  public long getFrameTimeoutMillis() {
    return frameTimeoutMillis;
  }

  public YamuxOptions setFrameTimeoutMillis(long millis) {
    frameTimeoutMillis = within("frameTimeoutMillis", millis, 1, DAY);
    return this;
  }

  /**
   * Time in milliseconds, 1 to a day, after which a stream is reset whose data waits while the other side gives it no
   * credit at all. A peer that reads nothing could otherwise hold what we have for it for ever, on any number of
   * streams; and one that has closed its reading half, as go does without a word, would never be found out.
   */
  public long getWriteTimeoutMillis() {
    return writeTimeoutMillis;
  }

  public YamuxOptions setWriteTimeoutMillis(long millis) {
    writeTimeoutMillis = within("writeTimeoutMillis", millis, 1, DAY);
    return this;
  }

  /**
   * Streams of ours from the beginning of a session to its end, 1 to 2^30: more ids of our parity there are not below
   * 2^31, from where others may count downwards. A session that has few left says so while there is time to replace it.
   */
  public int getLifetimeStreams() {
    return lifetimeStreams;
  }

  public YamuxOptions setLifetimeStreams(int streams) {
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
