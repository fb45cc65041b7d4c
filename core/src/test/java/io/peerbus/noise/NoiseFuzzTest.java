package io.peerbus.noise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.NativeProvider;
import io.peerbus.fuzz.Allocation;
import io.peerbus.secure.HandshakeException;
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
   * The most that the curves and the cipher allocate for one handshake message: field elements of short life, the same
   * whatever the message says, and not ours to change. Measured, and only so that it is noticed when it grows; what our
   * decoder allocates besides keeps the strict bound.
   */
  private static final int CRYPTOGRAPHY = 32 * 1024;

  /** Likewise what the JDK's cipher allocates for a frame with a wrong tag, most of it for its exception. */
  private static final int LAST_FRAME = 8192;

  /** Likewise for a good frame, and once to be made. */
  private static final int FRAME = 4096;

  /** How often the bytes of a good frame are there at once. Native code copies what it is to open in its place. */
  private static final long TIMES = JdkAead.IS_FASTEST || NativeProvider.orNull() == null ? 2 : 3;

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

  /** Against the shortest message that gets as far into the cryptography. */
  @Property(tries = 30)
  void aWholeMessageCostsItsBytesBesidesTheCryptography(
      @ForAll @IntRange(max = 2) int message, @ForAll @Size(min = 96, max = 4096) byte[] bytes) throws Exception {
    long shortest = cost(message, Arrays.copyOf(bytes, 96));
    assertTrue(shortest <= CRYPTOGRAPHY, "the cryptography allocates " + shortest);
    long cost = cost(message, bytes);
    assertTrue(cost <= shortest + 2L * bytes.length + Allocation.ALLOWANCE, cost + " and " + shortest);
  }

  /** As {@link Allocation#assertAtMost} measures: the least of some runs. */
  private static long cost(int message, byte[] bytes) throws Exception {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      Handshake handshake = Waiting.atMessage(message).handshake();
      ByteBuffer in = Shake.framed(bytes);
      least = Math.min(least, Allocation.of(() -> onlyTheDeclaredException(handshake, in)));
    }
    return least;
  }

  @Property(tries = 300)
  void anOpenerGivesNothingButTheDeclaredExceptionForRandomBytes(
      @ForAll @Size(max = 3000) byte[] bytes, @ForAll @IntRange(min = 1, max = 4000) int piece) {
    Opener[] openers = new Opener[8];
    Arrays.setAll(openers, i -> new Opener(new CipherState(new byte[32])));
    int[] run = {0};
    Allocation.assertAtMost(2L * bytes.length + Allocation.ALLOWANCE + LAST_FRAME,
        () -> assertEquals(0, opened(openers[run[0]++], bytes, piece)));
    Allocation.assertBounded(bytes.length, () -> assertEquals(0, opened(free(), bytes, piece)));
  }

  @Property(tries = 100)
  void framesArriveWholeHoweverTheyAreCutAndNoneAfterAChange(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 1, max = 65519) Integer> lengths,
      @ForAll @IntRange(min = 1, max = 70000) int piece, @ForAll int place) throws Exception {
    byte[] wire = frames(lengths);
    assertEquals(lengths.stream().mapToInt(length -> length).sum(), opened(real(), wire, piece));
    wire[Math.floorMod(place, wire.length)] ^= 1;
    byte[] more = Arrays.copyOf(wire, wire.length + 66_000);
    assertThrows(HandshakeException.class, () -> opened(real(), more, piece));
  }

  @Property(tries = 50)
  void goodFramesCostFewTimesTheirBytesAtMost(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(max = 65519) Integer> lengths,
      @ForAll @IntRange(min = 1000, max = 70000) int piece) throws Exception {
    byte[] wire = frames(lengths);
    Allocation.assertAtMost(TIMES * wire.length + Allocation.ALLOWANCE + lengths.size() * FRAME,
        () -> opened(real(), wire, piece));
    byte[] plain = frames(new Sealer(new CipherState(new Free())), lengths);
    Allocation.assertBounded(plain.length, () -> opened(free(), plain, piece));
  }

  /** Stands for the cipher where only the decoder is measured: it allocates nothing, and its tags are zeros. */
  private static final class Free implements AeadCipher {
    private static final byte[] TAGGED = new byte[TAG];

    @Override
    public int seal(long nonce, byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) {
      System.arraycopy(in, offset, out, outOffset, length);
      System.arraycopy(TAGGED, 0, out, outOffset + length, TAG);
      return length + TAG;
    }

    @Override
    public int open(long nonce, byte[] ad, byte[] in, int offset, int length, byte[] out, int outOffset) {
      int plain = length - TAG;
      System.arraycopy(in, offset, out, outOffset, plain);
      return Arrays.equals(in, offset + plain, offset + length, TAGGED, 0, TAG) ? plain : -1;
    }

    @Override
    public void setKey(byte[] key) {
    }

    @Override
    public void destroy() {
    }
  }

  private static Opener free() {
    return new Opener(new CipherState(new Free()));
  }

  private static Opener real() {
    return new Opener(new CipherState(new byte[32]));
  }

  private static byte[] frames(List<Integer> lengths) throws HandshakeException {
    return frames(new Sealer(new CipherState(new byte[32])), lengths);
  }

  private static byte[] frames(Sealer sealer, List<Integer> lengths) throws HandshakeException {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    for (int length : lengths) {
      byte[] plain = new byte[length];
      Arrays.fill(plain, (byte) length);
      wire.writeBytes(Shake.seal(sealer, plain));
    }
    return wire.toByteArray();
  }

  /** The bytes of plaintext that come out. */
  private static int opened(Opener opener, byte[] wire, int piece) throws HandshakeException {
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
