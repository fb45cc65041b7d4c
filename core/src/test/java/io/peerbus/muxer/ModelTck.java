package io.peerbus.muxer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Random interleavings of all that two owners of muxers can do, over a wire that cuts and delays, against a model that
 * only counts (hardening G12). More of them: {@code -Dtest.jvm.args=-Dmuxer.interleavings=1000000}.
 */
public abstract class ModelTck {

  protected static final int INTERLEAVINGS = Integer.getInteger("muxer.interleavings", 20_000);
  protected static final long FIRST_SEED = Long.getLong("muxer.seed", 1);

  /** The muxer, with options by chance. */
  protected abstract ModelKind kind(SplittableRandom random);

  protected final ModelWorld world(long seed, ByteBuffer scratch) {
    SplittableRandom random = new SplittableRandom(seed);
    return new ModelWorld(kind(random), random, scratch);
  }

  @Test
  void everyInterleavingEndsWithAllBytesDeliveredAndNothingLeft() {
    ByteBuffer scratch = ByteBuffer.allocate(ModelWorld.MAX_TRANSMISSION);
    for (long seed = FIRST_SEED; seed < FIRST_SEED + INTERLEAVINGS; seed++) {
      try {
        interleave(world(seed, scratch), new SplittableRandom(~seed));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private static void interleave(ModelWorld world, SplittableRandom random) {
    int moves = 10 + random.nextInt(110);
    for (int i = 0; i < moves; i++) {
      world.move();
    }
    world.settle();
    for (ModelWorld.Stream stream : world.streams) {
      checkStream(stream);
    }
    for (ModelWorld.Owner owner : world.owners) {
      assertFalse(owner.muxer.isClosed(), () -> "closed: " + owner.closed);
      assertEquals(0, world.kind.held(owner.muxer));
      assertFalse(owner.muxer.hasOutput());
      assertFalse(owner.muxer.isFull());
    }
    checkEnd(world, random.nextInt(2));
  }

  private static void checkEnd(ModelWorld world, int closing) {
    world.close(closing);
    for (ModelWorld.Owner owner : world.owners) {
      assertEquals(owner.index == closing || world.kind.tellsOfItsEnd(), owner.closed != null);
      assertFalse(owner.muxer.hasOutput());
    }
    assertNotNull(world.owners[closing].closed);
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
