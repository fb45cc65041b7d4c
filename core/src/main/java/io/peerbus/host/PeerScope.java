package io.peerbus.host;

import io.peerbus.multiformats.PeerId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one peer has, over all its connections and event loops, and of each plugin's streams how many it opened. Thread
 * safe.
 */
final class PeerScope {

  private final PeerId peer;
  private final Scope scope = new Scope();
  /** As many as there are plugins. */
  private final Map<Account, AtomicInteger> opened = new ConcurrentHashMap<>();
  private int connections; // by Scopes alone, in one step with the table

  PeerScope(PeerId peer) {
    this.peer = peer;
  }

  PeerId peer() {
    return peer;
  }

  Scope scope() {
    return scope;
  }

  /** Streams that the peer opened to a plugin. */
  AtomicInteger opened(Account account) {
    AtomicInteger count = opened.get(account);
    return count == null ? opened.computeIfAbsent(account, plugin -> new AtomicInteger()) : count;
  }

  void enter() {
    connections++;
  }

  /** Answers whether it was the last connection. */
  boolean leave() {
    return --connections == 0;
  }
}
