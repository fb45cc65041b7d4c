package io.peerbus.interop;

import java.math.BigInteger;
import java.util.Comparator;
import java.util.List;

/**
 * A member of the DHT of a test, whatever it is made with. Each call is one attempt and waits for its end; what does
 * not succeed is an {@link AssertionError}, with the other's words. For one thread at a time.
 */
interface DhtNode extends AutoCloseable {

  /** Whose implementation it is, {@code Peerbus} or as the peer itself names it. */
  String kind();

  /** The version of that implementation, where it has one of its own. */
  String version();

  /** As text, in base58. */
  String id();

  /** The id as bytes, which is what its place in the key space is made of. */
  byte[] idBytes();

  /** Where it can be dialled, with {@code /p2p}. */
  String address();

  /** Knows the addresses, and fills its table with the peers found from there. */
  void join(List<String> addresses);

  void put(byte[] key, byte[] value);

  byte[] get(byte[] key);

  /** @param key a multihash */
  void provide(byte[] key);

  /** Ids of providers, one at least. */
  List<String> findProviders(byte[] key);

  /** Its addresses, without {@code /p2p}, in the network's view. */
  List<String> findPeer(String peer);

  /** Ids, nearest first, without its own. */
  List<String> closest(byte[] key);

  /** Ids of the peers in its routing table. */
  List<String> table();

  /** Ends it without a word to anybody, as far as that can be done. */
  @Override
  void close();

  /** Those nearest to the key first. */
  static Comparator<DhtNode> byDistance(byte[] key) {
    BigInteger target = place(key);
    return Comparator.comparing(node -> place(node.idBytes()).xor(target));
  }

  private static BigInteger place(byte[] preimage) {
    return new BigInteger(1, Echo.sha256().digest(preimage));
  }
}
