package io.peerbus.kademlia;

import java.util.Arrays;

/**
 * What a validator says of a record. Of two valid records under one key the one with the higher rank is the better;
 * ranks are compared byte by byte, unsigned, so that a validator that sits at the other end of the bus can order
 * records without seeing both.
 *
 * @param valid whether the record may be kept and told
 * @param reason why it is not valid; empty when it is
 * @param rank its arrays are not to be changed; empty where any valid record is as good as another
 * @param validUntil milliseconds since 1970, or {@link Long#MAX_VALUE}
 */
public record Verdict(boolean valid, String reason, byte[] rank, long validUntil) {

  private static final byte[] ANY = {};

  /** A record that is as good as any other valid one under its key. */
  public static Verdict good() {
    return good(ANY, Long.MAX_VALUE);
  }

  public static Verdict good(byte[] rank, long validUntil) {
    return new Verdict(true, "", rank, validUntil);
  }

  public static Verdict bad(String reason) {
    return new Verdict(false, reason, ANY, 0);
  }

  /** Above 0 when this one's record is the better. */
  public int compareRank(Verdict other) {
    return Arrays.compareUnsigned(rank, other.rank);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Verdict that && valid == that.valid && reason.equals(that.reason)
        && Arrays.equals(rank, that.rank) && validUntil == that.validUntil;
  }

  @Override
  public int hashCode() {
    return 31 * reason.hashCode() + Arrays.hashCode(rank);
  }

  @Override
  public String toString() {
    return valid ? "valid" : "not valid: " + reason;
  }
}
