package io.peerbus.samples.keyvalue;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.peerbus.machine.Machine;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** One message with its limit and its deadline, in virtual time. */
class IncomingTest {

  private static final int MAX = 1_000;

  private final Incoming incoming = new Incoming(MAX, 100);

  private Incoming.Action.Failed failed() {
    return assertInstanceOf(Incoming.Action.Failed.class, incoming.poll());
  }

  @Property(tries = 200)
  void aMessageComesWholeHoweverItIsCut(@ForAll @Size(max = MAX) byte[] message,
      @ForAll @IntRange(min = 1, max = 100) int part) {
    Incoming in = new Incoming(MAX, 100);
    byte[] frame = Incoming.frame(message);
    for (int at = 0; at < frame.length; at += part) {
      assertNull(in.poll());
      in.onBytes(Arrays.copyOfRange(frame, at, Math.min(frame.length, at + part)));
    }
    assertArrayEquals(message, assertInstanceOf(Incoming.Action.Message.class, in.poll()).bytes());
    in.onEnd();
    assertNull(in.poll());
  }

  @Test
  void aLengthBeyondTheLimitIsRefusedBeforeItsBytesCome() {
    incoming.onBytes(new byte[] {(byte) 0xE9, 7}); // 1001
    assertEquals("a message of 1001 bytes, more than 1000", failed().reason());
    assertEquals(Machine.NEVER, incoming.deadline());
  }

  @Test
  void aLengthWithoutEndIsRefused() {
    byte[] endless = new byte[12];
    Arrays.fill(endless, (byte) 0xFF);
    incoming.onBytes(endless);
    failed();
  }

  @Test
  void moreThanOneMessageIsRefused() {
    incoming.onBytes(Incoming.frame(new byte[3]));
    incoming.poll();
    incoming.onBytes(new byte[1]);
    assertEquals("more bytes behind the message", failed().reason());
  }

  @Test
  void anEndInTheMiddleIsRefused() {
    incoming.onBytes(new byte[] {3, 1});
    incoming.onEnd();
    assertEquals("ended in the middle of the message", failed().reason());
  }

  @Test
  void theDeadlineHoldsForTheWholeExchange() {
    incoming.onBytes(Incoming.frame(new byte[3]));
    incoming.poll();
    assertEquals(100, incoming.deadline());
    incoming.onDeadline(99);
    assertNull(incoming.poll());
    incoming.onDeadline(100);
    assertEquals(true, failed().timedOut());
    assertEquals(Machine.NEVER, incoming.deadline());
  }
}
