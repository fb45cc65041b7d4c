package io.peerbus.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Timeout(60)
class LeavingTest {

  private final AtomicInteger undeployed = new AtomicInteger();
  private final AtomicInteger spoken = new AtomicInteger();

  private Leaving leaving(Vertx vertx) {
    return new Leaving(vertx, () -> {
      undeployed.incrementAndGet();
      return Future.succeededFuture();
    }, () -> {
      spoken.incrementAndGet();
      return Exit.OK;
    });
  }

  @Test
  void aStartThatFailsBecauseTheNodeIsLeavingDoesNotKeepItFromLeaving(Vertx vertx) throws Exception {
    Leaving leaving = leaving(vertx);
    leaving.begin();
    assertFalse(leaving.forget());
    assertEquals(Exit.OK, leaving.await());
    assertEquals(Exit.OK, leaving.await());
    assertEquals(1, undeployed.get());
    assertEquals(1, spoken.get());
  }

  @Test
  void whoIsForgottenDoesNothingAndHoldsNobodyUp(Vertx vertx) throws Exception {
    Leaving leaving = leaving(vertx);
    assertTrue(leaving.forget());
    leaving.begin().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    assertEquals(0, undeployed.get());
    assertEquals(0, spoken.get());
  }

  @Test
  void lastWordsThatFailHoldNobodyUp(Vertx vertx) throws Exception {
    Leaving leaving = new Leaving(vertx, Future::succeededFuture, () -> {
      throw new IllegalStateException("no words");
    });
    leaving.begin();
    assertThrows(IllegalStateException.class, leaving::await);
    assertEquals(Exit.FAILED, leaving.await());
  }
}
