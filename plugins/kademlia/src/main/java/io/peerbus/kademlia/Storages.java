package io.peerbus.kademlia;

/**
 * Where a machine keeps what is to outlive it.
 *
 * @param records of others
 * @param providers of contents
 * @param own what we publish ourselves
 * @param peers of the table
 */
public record Storages(Storage records, Storage providers, Storage own, Storage peers) {

  /** In memory only. */
  public static Storages inMemory() {
    return new Storages(new MemoryStorage(), new MemoryStorage(), new MemoryStorage(), new MemoryStorage());
  }
}
