package io.peerbus.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.peerbus.memory.TwoHosts;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class FollowingTest {

  private final List<String> told = new ArrayList<>();
  private TwoHosts hosts;

  @BeforeEach
  void start(Vertx vertx) throws Exception {
    hosts = TwoHosts.start(vertx);
  }

  private Future<Void> follow() {
    return hosts.a().follow(event -> {
      if (event instanceof HostEvent.Connected up) {
        told.add("up " + up.peer());
      } else if (event instanceof HostEvent.Disconnected down) {
        told.add("down " + down.peer());
      }
    }, peer -> told.add("known " + peer.peer()));
  }

  @Test
  void aPeerThatWasThereBeforeIsKnownAndLaterOnesAreTold() throws Exception {
    hosts.await(() -> hosts.a().connect(hosts.b().fullAddress()).compose(connected -> follow())
        .compose(following -> hosts.a().disconnect(hosts.b().id()))
        .compose(gone -> hosts.a().connect(hosts.b().fullAddress()))
        .compose(back -> hosts.until(() -> told.size() == 3)));
    assertEquals(List.of("known " + hosts.b().id(), "down " + hosts.b().id(), "up " + hosts.b().id()), told);
  }

  @Test
  void aPeerThatComesWhileTheQuestionIsUnderWayIsToldOnce() throws Exception {
    hosts.await(() -> {
      Future<Void> following = follow();
      return hosts.a().connect(hosts.b().fullAddress()).compose(connected -> following)
          .compose(both -> hosts.a().disconnect(hosts.b().id()))
          .compose(gone -> hosts.until(() -> told.contains("down " + hosts.b().id())));
    });
    assertEquals(List.of("up " + hosts.b().id(), "down " + hosts.b().id()), told);
  }
}
