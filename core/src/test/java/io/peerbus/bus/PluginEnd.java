package io.peerbus.bus;

import io.peerbus.api.Stream;
import io.peerbus.crypto.KeyPair;
import io.peerbus.multiformats.Multiaddr;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;

/** A plugin's end of a stream, for tests that play its event bus. */
public final class PluginEnd {

  private static final BusStream.Link LINK = new BusStream.Link(
      KeyPair.ed25519(new byte[32]).publicKey().peerId(), "/p/1", Multiaddr.tcp("127.0.0.1", 1), true);

  private final BusStream stream;

  /** {@code out} takes its frames to core. */
  public PluginEnd(long id, long credit, Consumer<StreamFrame> out) {
    stream = new BusStream(id, LINK, credit, out, gone -> { });
  }

  public Stream stream() {
    return stream;
  }

  public void onFrame(StreamFrame frame) {
    stream.onFrame(frame);
  }

  /** See {@link BusStream#moveTo}. */
  public Future<JsonObject> moveTo(long client, Buffer read) {
    return stream.moveTo(client, Buffer.buffer(), read);
  }

  public void restore(JsonObject rest) {
    stream.restore(rest);
  }

  public boolean isLeaving() {
    return stream.isLeaving();
  }

  public boolean isClosed() {
    return stream.isClosed();
  }
}
