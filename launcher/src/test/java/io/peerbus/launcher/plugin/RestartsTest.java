package io.peerbus.launcher.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RestartsTest {

  private static Restarts of(String json) {
    return new Restarts(Supervision.of(new JsonObject(json)));
  }

  @Test
  void thePauseDoublesUpToItsLimitAndThenThePluginIsGivenUp() {
    Restarts restarts = of("{\"restarts\":5,\"backoffMillis\":100,\"maxBackoffMillis\":500}");
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      pauses.add(restarts.onCrash(i).orElseThrow());
    }
    assertEquals(List.of(100L, 200L, 400L, 500L, 500L), pauses);
    assertEquals(OptionalLong.empty(), restarts.onCrash(5));
    assertEquals(5, restarts.total());
  }

  @Test
  void restartsOutsideTheWindowDoNotCount() {
    Restarts restarts = of("{\"restarts\":2,\"windowMillis\":1000,\"backoffMillis\":1}");
    assertTrue(restarts.onCrash(0).isPresent());
    assertTrue(restarts.onCrash(1).isPresent());
    assertFalse(restarts.onCrash(1000).isPresent(), "the window includes its edge");
    assertEquals(1, restarts.onCrash(1002).orElseThrow(), "it begins anew");
    assertEquals(3, restarts.total());
  }

  @Test
  void errorsAreACrashOnlyWhenTheyAreManyWithinTheirWindow() {
    Restarts restarts = of("{\"errors\":3,\"errorWindowMillis\":100}");
    assertFalse(restarts.onError(0));
    assertFalse(restarts.onError(60));
    assertFalse(restarts.onError(120), "the first one is out");
    assertTrue(restarts.onError(160));
  }

  @Test
  void errorsOfALifeBeforeDoNotCount() {
    Restarts restarts = of("{\"errors\":2}");
    assertFalse(restarts.onError(0));
    restarts.onCrash(1);
    assertFalse(restarts.onError(2));
    assertTrue(restarts.onError(3));
  }

  @Test
  void withNoRestartsAPluginIsGivenUpAtOnceAndAThousandDoNotOverflow() {
    assertEquals(OptionalLong.empty(), of("{\"restarts\":0}").onCrash(0));
    Restarts many = of("{\"restarts\":1000}");
    for (int i = 0; i < 1000; i++) {
      long pause = many.onCrash(0).orElseThrow();
      assertTrue(pause >= 1_000 && pause <= 60_000, "" + pause);
    }
  }
}
