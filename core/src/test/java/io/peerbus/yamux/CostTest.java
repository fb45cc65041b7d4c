package io.peerbus.yamux;

import static io.peerbus.yamux.Frames.update;
import static io.peerbus.yamux.LimitsTest.full;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.fuzz.Allocation;
import io.peerbus.muxer.Muxer.Action;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What streams cost in memory, those of floods among them. */
class CostTest {

  @Test
  void dataToAMillionUnknownStreamsLeavesNothing() { // SEC-25
    Probe probe = Probe.listener();
    ByteBuffer frames = ByteBuffer.allocate(16 * 10_000);
    for (int i = 0; i < 100; i++) {
      frames.clear();
      while (frames.hasRemaining()) {
        Header.write(frames, FrameType.DATA, Flags.NONE, i * 10_000 + frames.position() / 16, 4);
        frames.putInt(i);
      }
      ByteBuffer input = frames.flip();
      Allocation.assertBounded(input.remaining(), () -> probe.session.onBytes(probe.now, input.duplicate()));
    }
    assertFalse(probe.session.hasOutput());
    assertEquals(List.of(), probe.actions());
    assertEquals(0, probe.session.streams().counted());
  }

  @Test
  void anIdleStreamCostsUnder512Bytes() throws Exception { // G2, with what it allocates in passing
    Probe probe = Probe.listener(Probe.quiet().setAcceptBacklog(1024));
    ByteBuffer opens = ByteBuffer.allocate(1024 * Header.SIZE);
    for (int i = 0; i < 1024; i++) {
      Header.write(opens, FrameType.WINDOW_UPDATE, Flags.SYN, 2 * i + 1, 0);
    }
    ByteBuffer out = ByteBuffer.allocate(1024 * Header.SIZE);
    probe.session.onBytes(probe.now, opens.slice(0, 0));
    long bytes = Allocation.of(() -> {
      probe.session.onBytes(probe.now, opens.flip());
      for (int i = 0; i < 1024; i++) {
        probe.session.accept(probe.now, 2 * i + 1);
      }
      probe.session.transmit(probe.now, out);
    });
    assertFalse(out.hasRemaining());
    assertEquals(1024, probe.session.streams().size());
    assertTrue(bytes < 512 * 1024, bytes / 1024 + " bytes a stream");
  }

  /** A crowd of them must cost what one costs: the owner is told once for a read, by the action it knows. */
  @Test
  void aFloodOfRefusedStreamsMakesNoMoreGarbageAndOneActionForEachLimit() throws Exception {
    Probe probe = Probe.listener(Probe.quiet().setMaxInboundStreams(1).setWastedBurst(1_000_000));
    probe.receive(update(Flags.SYN, 1, 0));
    probe.session.accept(probe.now, 1);
    probe.sent();
    ByteBuffer opens = ByteBuffer.allocate(5_000 * Header.SIZE);
    ByteBuffer out = ByteBuffer.allocate(5_000 * Header.SIZE);
    long bytes = Long.MAX_VALUE;
    Action first = null;
    for (int run = 0; run < 20; run++) {
      opens.clear();
      for (int i = 0; i < 5_000; i++) {
        Header.write(opens, FrameType.WINDOW_UPDATE, Flags.SYN, 3 + 2 * (5_000 * run + i), 0);
      }
      Action[] told = new Action[2];
      bytes = Math.min(bytes, Allocation.of(() -> {
        probe.session.onBytes(probe.now, opens.flip());
        told[0] = probe.session.poll();
        told[1] = probe.session.poll();
        probe.session.transmit(probe.now, out.clear());
      }));
      assertEquals(full(1, 5_000), told[0]);
      assertNull(told[1]);
      assertFalse(out.hasRemaining());
      first = first == null ? told[0] : first;
      assertSame(first, told[0]);
    }
    assertTrue(bytes < 5_000 * 16 + 1_000, bytes + " bytes for the keys by which 5,000 streams are looked up");
  }
}
