package io.peerbus.kademlia;

import java.util.function.BiConsumer;

/**
 * A place for bytes that outlives the node, or not: the stores keep their records in it and their order in memory.
 * Arrays given to it and got from it are not to be changed.
 */
public interface Storage {

  /** The value, or {@code null} when there is none, or none that can be read any more. */
  byte[] get(byte[] key);

  void put(byte[] key, byte[] value);

  void remove(byte[] key);

  /** Shows all of it. It is not to be changed meanwhile. */
  void forEach(BiConsumer<byte[], byte[]> visitor);
}
