package io.peerbus.yamux;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.peerbus.muxer.ModelKind;
import io.peerbus.muxer.ModelTck;
import io.peerbus.muxer.ModelWorld;
import io.peerbus.muxer.Muxer;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Yamux against the model of any muxer. */
class ModelTest extends ModelTck {

  private record Kind(YamuxOptions options) implements ModelKind {

    @Override
    public Muxer create(boolean dialer) {
      return new Session(dialer ? Session.Role.DIALER : Session.Role.LISTENER, options);
    }

    @Override
    public void deliver(long now, Muxer to, ByteBuffer bytes) {
      to.onBytes(now, bytes);
    }

    @Override
    public long name(Muxer muxer, int stream) {
      return stream;
    }

    @Override
    public int unreadBound(Muxer muxer, int stream) {
      MuxedStream known = ((Session) muxer).streams().get(stream);
      return known == null ? -1 : known.window.size();
    }

    @Override
    public int held(Muxer muxer) {
      Streams streams = ((Session) muxer).streams();
      return streams.size() + streams.counted();
    }

    @Override
    public void ping(long now, Muxer muxer) {
      ((Session) muxer).ping(now);
    }

    @Override
    public boolean tellsOfItsEnd() {
      return true;
    }
  }

  @Override
  protected ModelKind kind(SplittableRandom random) {
    YamuxOptions options = new YamuxOptions();
    if (random.nextInt(3) == 0) {
      options.setAcceptBacklog(1 + random.nextInt(3)).setMaxInboundStreams(2 + random.nextInt(4));
    }
    if (random.nextInt(3) == 0) {
      options.setMaxUnacknowledged(1 + random.nextInt(3)).setMaxOutboundStreams(2 + random.nextInt(4)).setMaxGrowth(0);
    }
    return new Kind(options);
  }

  @Test
  void whenTheWireIsCutBothSidesComeToAnEndOfTheirOwn() { // SEC-23
    ByteBuffer scratch = ByteBuffer.allocate(ModelWorld.MAX_TRANSMISSION);
    for (long seed = FIRST_SEED; seed < FIRST_SEED + INTERLEAVINGS / 10; seed++) {
      ModelWorld world = world(seed, scratch);
      for (int i = 0; i < 60; i++) {
        world.move();
      }
      world.cut();
      for (ModelWorld.Owner owner : world.owners) {
        assertNotNull(owner.closed(), "seed " + seed);
        assertFalse(owner.muxer.hasOutput(), "seed " + seed);
      }
    }
  }
}
