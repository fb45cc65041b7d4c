package io.peerbus.secure;

/**
 * How many TLS records without a byte of data a peer may still send: tickets, new keys. Each costs its sender next to
 * nothing and us a key derivation and perhaps an answer, so one more is earned only by as much data as costs us a
 * multiple of that; with a byte of data between them a peer could otherwise keep us busy without end.
 *
 * <p>Not thread safe, owned by whoever reads the records. Spec: RFC 8446, section 4.6.3.
 */
public final class EmptyRecords {

  /** Those that may come at once. */
  public static final int MAX = 64;

  /** Bytes of data that earn one more of {@link #MAX}. Honest peers renew keys after 2^24 records or more. */
  public static final int DATA_FOR_ONE = 1024 * 1024;

  /** What an owner fails with when there are too many. */
  public static final String TOO_MANY = "TLS: too many records without data, such as new keys";

  /**
   * A record counts once for each of so many bytes: an engine takes many messages out of one, five bytes of new keys
   * each, though RFC 8446, 5.1, wants them at a record's end. A ticket, with a certificate in it, has 1 to 2 KB. A full
   * record of new keys costs us as much as the handshakes that fit into as many bytes, and its sender the connection.
   */
  private static final int LENGTH = 128;

  private static final int FULL = MAX * DATA_FOR_ONE;

  private int credit = FULL; // in bytes of data

  /** So many bytes of data came. */
  public void onData(int bytes) {
    credit = Math.min(FULL, credit + bytes);
  }

  /** A record of so many bytes came, and no data in it; whether that is still allowed. */
  public boolean onEmpty(int length) {
    credit -= (1 + length / LENGTH) * DATA_FOR_ONE;
    return credit >= 0;
  }
}
