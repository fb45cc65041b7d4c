package io.peerbus.launcher.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FrameCutterTest {

  private static final int MAX = 64;

  private final List<Buffer> frames = new ArrayList<>();
  private final List<String> complaints = new ArrayList<>();
  private final FrameCutter cutter = new FrameCutter(MAX, frames::add, complaints::add);

  private static Buffer frame(int length) {
    return Buffer.buffer().appendInt(length).appendBytes(new byte[length]);
  }

  @Property(tries = 500)
  void framesComeWholeHoweverTheyAreCut(@ForAll @Size(max = 20) List<@IntRange(min = 2, max = MAX) Integer> lengths,
      @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 1, max = 200) Integer> pieces) {
    List<Buffer> sent = lengths.stream().map(FrameCutterTest::frame).toList();
    Buffer all = Buffer.buffer();
    sent.forEach(all::appendBuffer);
    frames.clear();
    FrameCutter fresh = new FrameCutter(MAX, frames::add, complaints::add);
    for (int at = 0, i = 0; at < all.length(); i++) {
      int to = Math.min(all.length(), at + pieces.get(i % pieces.size()));
      fresh.handle(all.getBuffer(at, to));
      at = to;
    }
    assertEquals(sent, frames);
  }

  @Property(tries = 500)
  void aLengthOutOfRangeIsToldOnceAndNothingComesAfterIt(@ForAll int length) {
    if (length >= 2 && length <= MAX) {
      return;
    }
    frames.clear();
    complaints.clear();
    FrameCutter fresh = new FrameCutter(MAX, frames::add, complaints::add);
    fresh.handle(frame(3).appendInt(length).appendBuffer(frame(3)));
    fresh.handle(frame(3));
    assertEquals(List.of(frame(3)), frames);
    assertEquals(List.of("a frame of " + Integer.toUnsignedLong(length) + " bytes: 2 to 64 are allowed"), complaints);
  }

  @Test
  void theLimitIsTheOneOfTheMomentAndStoppedIsStopped() {
    cutter.setMax(100);
    cutter.handle(frame(100));
    assertEquals(1, frames.size());
    cutter.stop();
    cutter.handle(frame(100));
    assertEquals(1, frames.size());
    assertEquals(List.of(), complaints);
  }

  @Test
  void aPaceIsHeldOverAnyTimeAndABurstIsFree() {
    Pace pace = new Pace(1_000, 0);
    for (int i = 0; i < 500; i++) {
      pace.take(0);
      assertEquals(0, pace.remaining(0), "message " + i);
    }
    pace.take(0);
    assertEquals(TimeUnit.MILLISECONDS.toNanos(1), pace.remaining(0));
    long now = 0;
    for (int i = 0; i < 1_000; i++) {
      pace.take(now);
      now += pace.remaining(now);
    }
    assertTrue(now >= TimeUnit.MILLISECONDS.toNanos(1_000) && now <= TimeUnit.MILLISECONDS.toNanos(1_002), now + " ns");
    now += TimeUnit.SECONDS.toNanos(10);
    pace.take(now);
    assertEquals(0, pace.remaining(now), "it is full again");
  }
}
