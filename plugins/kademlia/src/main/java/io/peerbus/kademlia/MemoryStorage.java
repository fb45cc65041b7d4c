package io.peerbus.kademlia;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Bytes in memory only. Not thread safe. */
public final class MemoryStorage implements Storage {

  private final Map<byte[], byte[]> values = new TreeMap<>(Arrays::compareUnsigned);

  @Override
  public byte[] get(byte[] key) {
    return values.get(key);
  }

  @Override
  public void put(byte[] key, byte[] value) {
    values.put(key, value);
  }

  @Override
  public void remove(byte[] key) {
    values.remove(key);
  }

  @Override
  public void forEach(BiConsumer<byte[], byte[]> visitor) {
    values.forEach(visitor);
  }
}
