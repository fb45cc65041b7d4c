package io.peerbus.kademlia;

import java.util.Arrays;

/**
 * A value under its key, as messages carry it. The arrays belong to it and are not to be changed.
 *
 * @param timeReceived when the one who answers got it, as it says, in the form of RFC 3339; empty in requests
 */
public record ValueRecord(byte[] key, byte[] value, String timeReceived) {

  /** One that is to be put: js stumbles over a time in a request. */
  public ValueRecord(byte[] key, byte[] value) {
    this(key, value, "");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ValueRecord that && Arrays.equals(key, that.key) && Arrays.equals(value, that.value)
        && timeReceived.equals(that.timeReceived);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(key) + Arrays.hashCode(value);
  }

  /** Sizes only. */
  @Override
  public String toString() {
    return "record of " + value.length + " bytes under a key of " + key.length;
  }
}
