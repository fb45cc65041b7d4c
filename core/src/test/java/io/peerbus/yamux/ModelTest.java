package io.peerbus.yamux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random interleavings of all that two owners can do, over a wire that cuts and delays, against a model that only
 * counts (hardening G12). More of them: {@code -Dtest.jvm.args=-Dyamux.interleavings=1000000}.
 */
class ModelTest {

  private static final int INTERLEAVINGS = Integer.getInteger("yamux.interleavings", 20_000);
  private static final long FIRST_SEED = Long.getLong("yamux.seed", 1);

  @Test
  void everyInterleavingEndsWithAllBytesDeliveredAndNothingLeft() {
    ByteBuffer scratch = ByteBuffer.allocate(ModelWorld.MAX_TRANSMISSION);
    for (long seed = FIRST_SEED; seed < FIRST_SEED + INTERLEAVINGS; seed++) {
      try {
        interleave(new SplittableRandom(seed), scratch);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  @Test
  void whenTheWireIsCutBothSidesComeToAnEndOfTheirOwn() { // SEC-23
    ByteBuffer scratch = ByteBuffer.allocate(ModelWorld.MAX_TRANSMISSION);
    for (long seed = FIRST_SEED; seed < FIRST_SEED + INTERLEAVINGS / 10; seed++) {
      ModelWorld world = new ModelWorld(new SplittableRandom(seed), scratch);
      for (int i = 0; i < 60; i++) {
        world.move();
      }
      world.cut();
      for (ModelWorld.Owner owner : world.owners) {
        assertNotNull(owner.closed, "seed " + seed);
        assertFalse(owner.session.hasOutput(), "seed " + seed);
      }
    }
  }

  private static void interleave(SplittableRandom random, ByteBuffer scratch) {
    ModelWorld world = new ModelWorld(random, scratch);
    int moves = 10 + random.nextInt(110);
    for (int i = 0; i < moves; i++) {
      world.move();
    }
    world.settle();
    for (ModelWorld.Stream stream : world.streams) {
      checkStream(stream);
    }
    for (ModelWorld.Owner owner : world.owners) {
      assertFalse(owner.session.isClosed(), () -> "closed: " + owner.closed);
      assertEquals(0, owner.session.streams().size());
      assertEquals(0, owner.session.streams().counted());
      assertFalse(owner.session.hasOutput());
    }
    world.close(random.nextInt(2));
    for (ModelWorld.Owner owner : world.owners) {
      assertNotNull(owner.closed);
      assertFalse(owner.session.hasOutput());
    }
  }

  private static void checkStream(ModelWorld.Stream stream) {
    boolean refused = !stream.arrived;
    if (stream.resetBy == null && !refused) {
      for (ModelWorld.Half half : stream.halves) {
        assertTrue(half.finished && half.endSeen, () -> "not finished: " + stream);
        assertEquals(half.written, half.received, () -> "bytes of " + stream);
      }
    } else {
      for (ModelWorld.Half half : stream.halves) {
        assertTrue(half.over || refused, () -> "not over: " + stream);
      }
    }
  }
}
