package io.peerbus.launcher.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.launcher.plugin.PluginEvents.Kind;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PluginEventsTest {

  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  @Test
  void eachKindHasItsNameAndWhatIsNotKnownIsLeftOut() throws Exception {
    LinkedBlockingQueue<JsonObject> seen = new LinkedBlockingQueue<>();
    vertx.eventBus().<JsonObject>consumer("peerbus.n.plugins.events", m -> seen.add(m.body())).completion()
        .toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    PluginEvents events = new PluginEvents(vertx.eventBus(), "n");
    for (Kind kind : Kind.values()) {
      events.tell(kind, "x", null, null);
    }
    events.tell(Kind.REFUSED, "x", "2", "why");
    List<String> names = new ArrayList<>();
    for (int i = 0; i < Kind.values().length; i++) {
      JsonObject event = seen.poll(30, TimeUnit.SECONDS);
      assertEquals(new JsonObject().put("event", event.getString("event")).put("id", "x"), event);
      names.add(event.getString("event"));
    }
    assertEquals(List.of("deployed", "replaced", "rolledBack", "undeployed", "refused", "failed", "restarting",
        "givenUp", "blocked", "waiting"), names);
    assertEquals(new JsonObject().put("event", "refused").put("id", "x").put("version", "2").put("reason", "why"),
        seen.poll(30, TimeUnit.SECONDS));
  }
}
