package io.peerbus.noise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.fuzz.Allocation;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Random, changed and cut bytes to a handshake at each of its messages, and to an opener. */
class NoiseFuzzTest {

  /**
   * What the curves allocate for one message: field elements of short life, the same whatever the message says. It
   * is no decoder's business and not bounded by the input.
   */
  private static final int CRYPTOGRAPHY = 32 * 1024;

  /** What the JDK's cipher allocates for a frame with a wrong tag, most of it for its exception; it is the last. */
  private static final int LAST_FRAME = 8192;

  /** What it allocates for a good one, and once to be made. */
  private static final int FRAME = 4096;

  private static final NoiseIdentity DIALER = Shake.identity(1);
  private static final NoiseIdentity LISTENER = Shake.identity(2);

  /** A handshake that waits for the given message, 0 to 2, and that message as it should be. */
  private record Waiting(Handshake handshake, byte[] due) {
    static Waiting atMessage(int message) throws HandshakeException {
      Handshake dialer = Handshake.initiator(DIALER, List.of(Shake.MUXER), null, new Random(1));
      Handshake listener = Handshake.responder(LISTENER, List.of(Shake.MUXER), new Random(2));
      byte[] due = Shake.bytes(dialer.output());
      if (message > 0) {
        listener.onBytes(ByteBuffer.wrap(due));
        due = Shake.bytes(listener.output());
      }
      if (message > 1) {
        dialer.onBytes(ByteBuffer.wrap(due));
        due = Shake.bytes(dialer.output());
      }
      return new Waiting(message == 1 ? dialer : listener, due);
    }
  }

  @Property(tries = 150)
  void randomBytesNeverCompleteAHandshake(
      @ForAll @IntRange(max = 2) int message, @ForAll @Size(max = 5000) byte[] bytes) throws Exception {
    Waiting waiting = Waiting.atMessage(message);
    onlyTheDeclaredException(waiting.handshake(), ByteBuffer.wrap(bytes));
    assertFalse(waiting.handshake().isComplete());
  }

  @Property(tries = 150)
  void randomMessagesWithARightLengthNeverCompleteAHandshake(
      @ForAll @IntRange(max = 2) int message, @ForAll @Size(max = 300) byte[] bytes) throws Exception {
    Waiting waiting = Waiting.atMessage(message);
    onlyTheDeclaredException(waiting.handshake(), Shake.framed(bytes));
    assertFalse(waiting.handshake().isComplete());
  }

  @Property(tries = 150)
  void aMessageWithRandomChangesNeverCompletesAHandshake(
      @ForAll @IntRange(max = 2) int message, @ForAll @Size(min = 1, max = 5) List<Integer> places,
      @ForAll @IntRange(min = 1, max = 255) int change) throws Exception {
    Waiting waiting = Waiting.atMessage(message);
    byte[] bytes = waiting.due().clone();
    places.forEach(place -> bytes[Math.floorMod(place, bytes.length)] ^= (byte) change);
    onlyTheDeclaredException(waiting.handshake(), ByteBuffer.wrap(bytes));
    assertFalse(waiting.handshake().isComplete() && !Arrays.equals(bytes, waiting.due()));
  }

  private static void onlyTheDeclaredException(Handshake handshake, ByteBuffer in) {
    try {
      handshake.onBytes(in);
    } catch (HandshakeException expected) {
      assertNull(handshake.opener());
    }
  }

  @Test
  void aMessageCutAnywhereIsWaitedForAtTheCostOfItsBytes() throws Exception {
    for (int message = 0; message < 3; message++) {
      int length = Waiting.atMessage(message).due().length;
      for (int cut = 0; cut < length; cut++) {
        Waiting waiting = Waiting.atMessage(message);
        byte[] part = Arrays.copyOf(waiting.due(), cut);
        long allocated = Allocation.of(() -> waiting.handshake().onBytes(ByteBuffer.wrap(part)));
        assertTrue(allocated <= 2L * cut + Allocation.ALLOWANCE, "allocated " + allocated + " for " + cut);
        assertFalse(waiting.handshake().isComplete());
      }
    }
  }

  @Test
  void theLongestUnfinishedMessageCostsItsBytes() {
    byte[] most = Arrays.copyOf(new byte[] {0x10, 0}, 2 + Handshake.MAX_MESSAGE - 1);
    Handshake[] waiting = new Handshake[8];
    Arrays.setAll(waiting, i -> Shake.responder());
    int[] run = {0};
    Allocation.assertBounded(most.length, () -> waiting[run[0]++].onBytes(ByteBuffer.wrap(most)));
  }

  @Property(tries = 100)
  void aWholeMessageCostsItsBytesAndTheCurves(@ForAll @Size(min = 32, max = 4096) byte[] message) {
    NoiseIdentity self = LISTENER;
    Allocation.assertAtMost(2L * message.length + Allocation.ALLOWANCE + CRYPTOGRAPHY,
        () -> Handshake.responder(self, List.of(), new Random(2)).onBytes(Shake.framed(message)));
  }

  @Property(tries = 300)
  void anOpenerGivesNothingButTheDeclaredExceptionForRandomBytes(
      @ForAll @Size(max = 3000) byte[] bytes, @ForAll @IntRange(min = 1, max = 4000) int piece) {
    Opener[] openers = new Opener[8];
    Arrays.setAll(openers, i -> new Opener(new CipherState(new byte[32])));
    int[] run = {0};
    Allocation.assertAtMost(2L * bytes.length + Allocation.ALLOWANCE + LAST_FRAME, () -> {
      Opener opener = openers[run[0]++];
      ByteBuffer in = ByteBuffer.wrap(bytes).limit(0);
      while (in.limit() < bytes.length) {
        assertNull(opener.open(in.limit(Math.min(bytes.length, in.limit() + piece))));
      }
    });
  }

  @Property(tries = 100)
  void framesArriveWholeHoweverTheyAreCutAndNoneAfterAChange(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 65519) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 70000) int piece, @ForAll int place) throws Exception {
    byte[] wire = frames(lengths);
    assertEquals(lengths.stream().mapToInt(length -> length).sum(), opened(wire, piece));
    wire[Math.floorMod(place, wire.length)] ^= 1;
    byte[] more = Arrays.copyOf(wire, wire.length + 66_000);
    assertThrows(HandshakeException.class, () -> opened(more, piece));
  }

  @Property(tries = 50)
  void goodFramesCostTwiceTheirBytesAtMost(@ForAll @IntRange(min = 1, max = 65519) int length) throws Exception {
    byte[] wire = frames(List.of(length));
    Allocation.assertAtMost(2L * wire.length + Allocation.ALLOWANCE + FRAME, () -> opened(wire, 1500));
  }

  private static byte[] frames(List<Integer> lengths) throws HandshakeException {
    Sealer sealer = new Sealer(new CipherState(new byte[32]));
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    for (int length : lengths) {
      byte[] plain = new byte[length];
      Arrays.fill(plain, (byte) length);
      wire.writeBytes(Shake.seal(sealer, plain));
    }
    return wire.toByteArray();
  }

  /** The bytes of plaintext that come out. */
  private static int opened(byte[] wire, int piece) throws HandshakeException {
    Opener opener = new Opener(new CipherState(new byte[32]));
    int bytes = 0;
    ByteBuffer in = ByteBuffer.wrap(wire).limit(0);
    while (in.limit() < wire.length) {
      in.limit(Math.min(wire.length, in.limit() + piece));
      for (ByteBuffer frame = opener.open(in); frame != null; frame = opener.open(in)) {
        bytes += frame.remaining();
      }
    }
    return bytes;
  }
}
