package io.peerbus.kademlia;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where a machine keeps what is to outlive it.
 *
 * @param records of others
 * @param providers of contents
 * @param own what we publish ourselves
 * @param peers of the table
 */
public record Storages(Storage records, Storage providers, Storage own, Storage peers) {

  /** Each by its name; what nobody else could give back comes first. */
  Map<String, Storage> byName() {
    Map<String, Storage> all = new LinkedHashMap<>();
    all.put("own", own);
    all.put("peers", peers);
    all.put("records", records);
    all.put("providers", providers);
    return all;
  }

  /** In memory only. */
  public static Storages inMemory() {
    return new Storages(new MemoryStorage(), new MemoryStorage(), new MemoryStorage(), new MemoryStorage());
  }
}
