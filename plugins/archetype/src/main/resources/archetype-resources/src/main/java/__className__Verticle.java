package ${package};

import io.peerbus.api.Host;
import io.peerbus.api.ProtocolVerticle;
import io.peerbus.api.Stream;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;

/** Greets peers: one writes its name and ends its direction, and is greeted. */
public final class ${className}Verticle extends ProtocolVerticle {

  static final String ID = "${protocol}";

  /** A peer could otherwise send a name without end. */
  private static final int MAX_NAME = 256;

  private String greeting;
  private int timeoutMillis;

  @Override
  protected Future<?> start(Host host) {
    greeting = settings().getString("greeting", "hello");
    timeoutMillis = settings().getInteger("timeoutMillis", 10_000);
    return host.handle(ID, this::onStream);
  }

  private void onStream(Stream stream) {
    // A peer that says nothing could otherwise keep its stream for ever.
    long timer = vertx.setTimer(timeoutMillis, id -> stream.reset());
    stream.closeHandler(closed -> vertx.cancelTimer(timer));
    Buffer name = Buffer.buffer();
    stream.handler(bytes -> {
      if (name.length() + bytes.length() > MAX_NAME) {
        stream.reset();
      } else {
        name.appendBuffer(bytes);
      }
    });
    stream.endHandler(ended -> {
      stream.write(Buffer.buffer(greeting + ", " + name));
      stream.end();
    });
  }
}
