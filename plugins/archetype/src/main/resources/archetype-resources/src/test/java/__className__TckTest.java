package ${package};

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.api.Host;
import io.peerbus.multiformats.PeerId;
import io.peerbus.tck.ProtocolTck;
import io.vertx.core.Deployable;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;

/** What a node may expect of any plugin, and what this one does for a peer. */
class ${className}TckTest extends ProtocolTck {

  @Override
  protected Deployable plugin() {
    return new ${className}Verticle();
  }

  @Override
  protected List<String> protocols() {
    return List.of(${className}Verticle.ID);
  }

  @Override
  protected JsonObject settings() {
    return new JsonObject().put("greeting", "good morning").put("timeoutMillis", 2_000);
  }

  @Override
  protected Duration idleLimit() {
    return Duration.ofSeconds(2);
  }

  @Override
  protected Future<?> honestExchange(Host peer, PeerId node) {
    return ask(peer, node, ${className}Verticle.ID, Buffer.buffer("Alice"))
        .onSuccess(answer -> assertEquals("good morning, Alice", answer.toString()));
  }
}
