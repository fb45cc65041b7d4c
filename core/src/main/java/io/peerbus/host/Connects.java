package io.peerbus.host;

import io.peerbus.api.Failure;
import io.peerbus.host.SwarmRunner.Connecting;
import io.peerbus.swarm.ConnectionInfo;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The connections that plugins wait for and may take back. As many as the swarm lets wait. Owned by the host's
 * context.
 */
final class Connects {

  /** Whose request it is, and the number that the plugin gave it. */
  record Key(long client, long request) {}

  private final Map<Key, Connecting> waiting = new HashMap<>();

  /** Fails when the number is not free: nobody could tell which of two is meant. */
  void requireFree(Key key) {
    if (waiting.containsKey(key)) {
      throw Failure.BAD_REQUEST.because("\"request\": " + key.request() + " is not answered yet; number each connect");
    }
  }

  Future<ConnectionInfo> add(Key key, Connecting connecting) {
    if (!connecting.done().isComplete()) {
      waiting.put(key, connecting);
    }
    return connecting.done().onComplete(answered -> waiting.remove(key));
  }

  /** Takes one back; one that was answered, or never was, is left alone. */
  void cancel(Key key) {
    Connecting connecting = waiting.get(key);
    if (connecting != null) {
      connecting.cancel().run();
    }
  }

  /** A plugin is gone: nobody waits for its connections. */
  void drop(Client client) {
    List.copyOf(waiting.keySet()).stream().filter(key -> key.client() == client.number()).forEach(this::cancel);
  }
}
