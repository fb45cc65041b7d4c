package io.peerbus.kademlia;

/**
 * Judges the records of one namespace. Called on any thread, as a signature takes its time; so it keeps no state.
 *
 * <p>Spec: kad-dht, "Entry validation"; its select is the rank of a {@link Verdict} here.
 */
public interface Validator {

  /**
   * Judges a record.
   *
   * @param now milliseconds since 1970
   * @param name what follows {@code /namespace/} in the key
   */
  Verdict check(long now, byte[] name, byte[] value);
}
