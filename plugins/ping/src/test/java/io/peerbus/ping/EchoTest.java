package io.peerbus.ping;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.fuzz.Allocation;
import io.peerbus.machine.Machine;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class EchoTest {

  private static final long S = 1_000_000_000L;

  private long now = 77 * S;
  private final Echo echo = new Echo(new PingOptions(), now);

  private void receive(int bytes) {
    echo.onBytes(now, ByteBuffer.allocate(bytes));
  }

  @Property(tries = 300)
  void everyWholeBlockComesBackHoweverItArrives(@ForAll @Size(max = 200) byte[] bytes, @ForAll Random random) {
    Echo fresh = new Echo(new PingOptions(), now);
    ByteArrayOutputStream back = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; ) {
      int count = Math.min(1 + random.nextInt(70), bytes.length - at);
      fresh.onBytes(now, ByteBuffer.wrap(bytes, at, count));
      at += count;
      for (Echo.Action action = fresh.poll(); action != null; action = fresh.poll()) {
        ByteBuffer blocks = ((Echo.Action.Send) action).blocks();
        assertEquals(0, blocks.remaining() % Echo.BLOCK);
        back.writeBytes(blocks.array());
      }
    }
    assertArrayEquals(Arrays.copyOf(bytes, bytes.length / Echo.BLOCK * Echo.BLOCK), back.toByteArray());
  }

  @Property(tries = 100)
  void anAnswerCostsNoMoreThanItsBytes(@ForAll @Size(max = 3000) byte[] bytes) {
    Allocation.assertBounded(bytes.length, () -> {
      Echo fresh = new Echo(new PingOptions(), now);
      fresh.onBytes(now, ByteBuffer.wrap(bytes));
      assertTrue(fresh.poll() != null || bytes.length < Echo.BLOCK);
    });
  }

  @Test
  void lessThanABlockIsNotAnswered() {
    receive(31);
    assertNull(echo.poll());
    receive(1);
    assertTrue(echo.poll() instanceof Echo.Action.Send);
    assertNull(echo.poll());
  }

  @Test
  void aPeerThatEndsBehindItsPingIsAnsweredFirst() {
    receive(32);
    echo.onEnd();
    assertTrue(echo.poll() instanceof Echo.Action.Send);
    assertTrue(echo.poll() instanceof Echo.Action.End);
    assertEquals(Machine.NEVER, echo.deadline());
  }

  /** SEC-29. */
  @Test
  void onePartOfABlockEveryNineSecondsIsCutAfterTen() {
    receive(1);
    now += 9 * S;
    receive(1);
    assertEquals(77 * S + 10 * S, echo.deadline());
    now += S;
    echo.onDeadline(now);
    assertTrue(echo.poll() instanceof Echo.Action.Cut);
    receive(64);
    assertNull(echo.poll(), "nothing more is answered");
    assertEquals(Machine.NEVER, echo.deadline());
  }

  @Test
  void eachBlockHasItsOwnTime() {
    for (int i = 0; i < 20; i++) {
      receive(16);
      now += 9 * S;
      receive(16);
      now += 5 * S;
      assertTrue(echo.deadline() > now, "at round " + i);
      assertTrue(echo.poll() instanceof Echo.Action.Send);
    }
    receive(48);
    assertEquals(now + 10 * S, echo.deadline(), "a block with the next one's beginning starts the next one's time");
  }

  @Test
  void aPeerThatPingsEveryFifteenSecondsKeepsItsStream() {
    for (int i = 0; i < 10; i++) {
      receive(32);
      now += 15 * S;
      assertTrue(echo.deadline() > now);
    }
  }

  @Test
  void aStreamThatIsOnlyHeldIsCut() {
    now = echo.deadline();
    assertEquals(77 * S + 60 * S, now);
    echo.onDeadline(now);
    assertTrue(echo.poll() instanceof Echo.Action.Cut);
  }

  @Property(tries = 300)
  void anotherEchoGoesOnInTheMiddleOfABlock(@ForAll @Size(max = 200) byte[] bytes, @ForAll Random random) {
    Echo current = new Echo(new PingOptions(), now);
    ByteArrayOutputStream back = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; ) {
      int count = Math.min(1 + random.nextInt(70), bytes.length - at);
      current.onBytes(now, ByteBuffer.wrap(bytes, at, count));
      at += count;
      for (Echo.Action action = current.poll(); action != null; action = current.poll()) {
        back.writeBytes(((Echo.Action.Send) action).blocks().array());
      }
      ByteBuffer partial = current.partial();
      current = new Echo(new PingOptions(), now);
      current.onBytes(now, partial);
    }
    assertArrayEquals(Arrays.copyOf(bytes, bytes.length / Echo.BLOCK * Echo.BLOCK), back.toByteArray());
  }
}
