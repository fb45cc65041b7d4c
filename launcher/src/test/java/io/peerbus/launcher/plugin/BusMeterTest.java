package io.peerbus.launcher.plugin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.launcher.config.PluginConfig;
import io.vertx.core.ThreadingModel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BusMeterTest {

  private static final long SECOND = 1_000_000_000L;

  private static BusMeter meter(long start, int perSecond, int burst) {
    BusMeter meter = new BusMeter(start);
    meter.setBudget(start, plugin("other", new JsonObject().put("messagesPerSecond", perSecond).put("messagesBurst", burst)));
    return meter;
  }

  private static int taken(BusMeter meter, long now, int tries) {
    int taken = 0;
    for (int i = 0; i < tries; i++) {
      taken += meter.take(now, "") == null ? 1 : 0;
    }
    return taken;
  }

  @ParameterizedTest
  @ValueSource(longs = {0, Long.MAX_VALUE - SECOND, Long.MIN_VALUE})
  void aBurstThenTheRateAndNeverMoreThanABurstAtOnce(long start) {
    BusMeter meter = meter(start, 100, 20);
    assertEquals(20, taken(meter, start, 1_000));
    assertEquals(980, meter.refused());
    assertEquals(0, taken(meter, start + SECOND / 100 - 1, 1));
    assertEquals(1, taken(meter, start + SECOND / 100, 5));
    assertEquals(20, taken(meter, start + 3600 * SECOND, 50));
  }

  private static PluginConfig plugin(String id, JsonObject budget) {
    return new PluginConfig(id, id, null, ThreadingModel.WORKER, new JsonObject(), new JsonObject(), budget);
  }

  @Test
  void overAnyTimeNoMoreThanTheBurstAndTheRate() {
    BusMeter meter = meter(0, 1_000, 50);
    Random random = new Random(5);
    long now = 0;
    long taken = 0;
    for (int i = 0; i < 100_000; i++) {
      now += random.nextInt(500_000);
      taken += taken(meter, now, random.nextInt(3));
      assertTrue(taken <= 50 + now / (SECOND / 1_000) + 1, taken + " after " + now);
    }
    assertTrue(taken > now / (SECOND / 1_000) * 9 / 10, "nearly all of the rate can be used: " + taken);
  }

  @Test
  void aBudgetMayChangeAndTellsOnceASecond() {
    BusMeter meter = meter(0, 1, 1);
    assertNull(meter.take(0, ""));
    assertEquals("1 messagesPerSecond", meter.take(0, ""));
    meter.setBudget(0, plugin("other", new JsonObject()));
    assertEquals(BusMeter.Usual.OTHERS.burst(), taken(meter, 0, 10_000));
    meter.setBudget(0, plugin("other", new JsonObject()));
    assertEquals(BusMeter.Usual.OTHERS.perSecond() + " messagesPerSecond", meter.take(0, ""), "the same again gives nothing");
    assertTrue(meter.mayTell(0));
    assertFalse(meter.mayTell(SECOND - 1));
    assertTrue(meter.mayTell(SECOND));
  }

  @Test
  void bytesCountTooAndWhatIsLargerThanTheBurstNeverGoes() {
    BusMeter meter = new BusMeter(0);
    meter.setBudget(0, plugin("other", new JsonObject().put("messageBytesPerSecond", 1_000).put("messageBytesBurst", 10_000)));
    assertEquals("1000 messageBytesPerSecond", meter.take(0, "x".repeat(10_000)));
    assertNull(meter.take(0, new JsonObject().put("text", "x".repeat(9_000))));
    assertEquals("1000 messageBytesPerSecond", meter.take(0, Buffer.buffer(new byte[1_000])));
    assertEquals("1000 messageBytesPerSecond", meter.take(SECOND / 10, new byte[1_000]));
    assertNull(meter.take(SECOND, new byte[1_000]));
    assertEquals(3, meter.refused());
  }

  @Test
  void theSizeOfAMessageIsThatOfAllThatIsInIt() {
    assertEquals(32, MessageSize.of(null, 1 << 20));
    assertEquals(32 + 7, MessageSize.of("seven b", 1 << 20));
    JsonArray inner = new JsonArray().add(1).add("ab").add(new JsonObject().put("k", Buffer.buffer("xyz")));
    assertEquals(32 + (32 + 1) + (32 + 32 + (32 + 2) + 32 + (32 + 1) + (32 + 3)),
        MessageSize.of(new JsonObject().put("a", inner), 1 << 20));
    JsonArray itself = new JsonArray();
    itself.add(itself).add(itself);
    assertTrue(MessageSize.of(itself, 1 << 20) < 2 << 20, "and comes to an end");
  }

  @Test
  void theNodesOwnPluginsLimitThemselvesAndMaySendFarMore() {
    BusMeter meter = new BusMeter(0);
    meter.setBudget(0, plugin("gossipsub", new JsonObject()));
    for (int i = 0; i < 60; i++) {
      assertNull(meter.take(0, Buffer.buffer(new byte[1 << 20])), "a mebibyte a message, as large as they may be");
    }
    meter.setBudget(0, plugin("gossipsub", new JsonObject().put("messageBytesBurst", 1_000_000)));
    assertEquals("1000000000 messageBytesPerSecond", meter.take(0, Buffer.buffer(new byte[1 << 20])));
  }
}
