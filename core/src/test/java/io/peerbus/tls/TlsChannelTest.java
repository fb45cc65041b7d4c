package io.peerbus.tls;

import static io.peerbus.tls.Sides.ANYBODY;
import static io.peerbus.tls.Sides.YAMUX;
import static io.peerbus.tls.Sides.dialer;
import static io.peerbus.tls.Sides.listener;
import static io.peerbus.tls.Sides.opened;
import static io.peerbus.tls.Sides.plain;
import static io.peerbus.tls.Sides.sealed;
import static io.peerbus.tls.Sides.shake;
import static io.peerbus.tls.Sides.testKey;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.secure.EmptyRecords;
import io.peerbus.secure.HandshakeException;
import io.peerbus.secure.SecureChannel;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** What is behind a handshake, without a network. */
class TlsChannelTest {

  private static final String TOO_MANY = "TLS: too many records without data, such as new keys";

  private static final int MANY = EmptyRecords.MAX + 4;

  private record Pair(SecureChannel dialer, SecureChannel listener) {}

  private Pair channels() throws HandshakeException {
    TlsHandshake dialer = dialer(null, YAMUX);
    TlsHandshake listener = listener(YAMUX);
    shake(dialer, listener);
    return new Pair(dialer.channel(), listener.channel());
  }

  @Property(tries = 60)
  void whatIsSealedIsOpened(@ForAll @IntRange(min = 1, max = SecureChannel.MAX_PLAINTEXT) int length)
      throws Exception {
    roundTrip(length);
  }

  @Example
  void theLongestIsOpenedToo() throws Exception {
    roundTrip(SecureChannel.MAX_PLAINTEXT);
    roundTrip(1);
  }

  private void roundTrip(int length) throws Exception {
    Pair pair = channels();
    byte[] plain = new byte[length];
    new Random(length).nextBytes(plain);
    assertArrayEquals(plain, opened(pair.listener, sealed(pair.dialer, plain)));
    assertArrayEquals(plain, opened(pair.dialer, sealed(pair.listener, plain)));
  }

  @Test
  void aChangedByteEndsTheChannel() throws Exception {
    Pair pair = channels();
    byte[] bad = sealed(pair.dialer, new byte[100]);
    bad[50] ^= 1;
    String reason = assertThrows(HandshakeException.class, () -> opened(pair.listener, bad)).getMessage();
    assertEquals(reason, assertThrows(HandshakeException.class, () -> opened(pair.listener, new byte[0]))
        .getMessage());
  }

  @Test
  void aRecordThatIsTooLongIsRefusedByItsHeader() throws Exception {
    Pair pair = channels();
    String reason = assertThrows(HandshakeException.class,
        () -> opened(pair.listener, new byte[] {23, 3, 3, 0x41, 1})).getMessage();
    assertEquals("a message of 16641 bytes, where at most 16640 are allowed", reason);
  }

  @Test
  void whoLeavesSaysSo() throws Exception {
    Pair pair = channels();
    assertFalse(pair.dialer.hasOutput());
    pair.dialer.close();
    assertTrue(pair.dialer.hasOutput());
    byte[] out = new byte[SecureChannel.MAX_OUTPUT];
    byte[] farewell = Arrays.copyOf(out, pair.dialer.transmit(out));
    assertFalse(pair.dialer.hasOutput());
    assertEquals("the peer ended the TLS session",
        assertThrows(HandshakeException.class, () -> opened(pair.listener, farewell)).getMessage());
    assertThrows(HandshakeException.class, () -> sealed(pair.dialer, new byte[1]));
  }

  @Test
  void nothingIsDoneOnceItIsDestroyed() throws Exception {
    Pair pair = channels();
    byte[] late = sealed(pair.dialer, new byte[9]);
    pair.listener.destroy();
    assertThrows(HandshakeException.class, () -> opened(pair.listener, late));
    assertThrows(HandshakeException.class, () -> sealed(pair.listener, new byte[1]));
    pair.listener.close();
    assertFalse(pair.listener.hasOutput());
  }

  /** What a peer does after very many bytes: new keys, asked for of the other side too. */
  @Test
  void keysAreRenewedInPassing() throws Exception {
    SSLEngine engine = plain(true, "TLSv1.3", testKey());
    SecureChannel ours = dialledBy(engine);
    SecureChannel theirs = new TlsChannel(engine);
    for (int i = 0; i < 3; i++) {
      engine.beginHandshake();
      byte[] plain = {1, 2, (byte) i};
      assertArrayEquals(plain, opened(ours, sealed(theirs, plain)));
      assertTrue(ours.hasOutput(), "our new keys");
      byte[] out = new byte[SecureChannel.MAX_OUTPUT];
      for (int length = ours.transmit(out); length > 0; length = ours.transmit(out)) {
        assertEquals(0, opened(theirs, Arrays.copyOf(out, length)).length);
      }
      assertFalse(ours.hasOutput());
      assertArrayEquals(plain, opened(theirs, sealed(ours, plain)));
      assertArrayEquals(plain, opened(ours, sealed(theirs, plain)));
    }
  }

  /** Our end of a connection. */
  private SecureChannel dialledBy(SSLEngine engine) throws HandshakeException {
    TlsHandshake listener = listener(YAMUX);
    shake(new TlsHandshake(engine, ANYBODY), listener);
    return listener.channel();
  }

  /** Each record costs its sender nothing, and us a derivation of keys and an answer. */
  @Test
  void aFloodOfNewKeysEndsTheChannel() throws Exception {
    SSLEngine engine = plain(true, "TLSv1.3", testKey());
    SecureChannel ours = dialledBy(engine);
    ByteBuffer record = ByteBuffer.allocate(SecureChannel.MAX_OUTPUT);
    String reason = assertThrows(HandshakeException.class, () -> {
      for (int i = 0; i <= EmptyRecords.MAX; i++) {
        engine.beginHandshake();
        engine.wrap(ByteBuffer.allocate(0), record.clear());
        opened(ours, Arrays.copyOf(record.array(), record.position()));
      }
    }).getMessage();
    assertEquals(TOO_MANY, reason);
  }

  /** Nor does it help to send a byte with each, and to read our answers. */
  @Test
  void aFloodOfNewKeysIsNotHiddenBehindBytes() throws Exception {
    SSLEngine engine = plain(true, "TLSv1.3", testKey());
    SecureChannel ours = dialledBy(engine);
    String reason = assertThrows(HandshakeException.class, () -> flood(engine, ours, MANY, 1, true)).getMessage();
    assertEquals(TOO_MANY, reason);
  }

  /** Our answers wait for the connection to take them, and the engine keeps the keys of each until then. */
  @Test
  void aFloodOfNewKeysWhoseAnswersAreNotReadEndsTheChannel() throws Exception {
    SSLEngine engine = plain(true, "TLSv1.3", testKey());
    SecureChannel ours = dialledBy(engine);
    String reason = assertThrows(HandshakeException.class, () -> flood(engine, ours, MANY, 64_000, false)).getMessage();
    assertEquals("TLS: 65 records to be answered, and no answer is taken", reason);
  }

  /** Data earns more of them: an honest peer renews its keys after gigabytes. */
  @Test
  void newKeysArePaidForByData() throws Exception {
    SSLEngine engine = plain(true, "TLSv1.3", testKey());
    SecureChannel ours = dialledBy(engine);
    int earned = 8;
    flood(engine, ours, EmptyRecords.MAX, 1, true);
    SecureChannel theirs = new TlsChannel(engine);
    for (int sent = 0; sent < earned * EmptyRecords.DATA_FOR_ONE; sent += 64_000) {
      opened(ours, sealed(theirs, new byte[64_000]));
    }
    flood(engine, ours, earned, 1, true);
    assertEquals(TOO_MANY, assertThrows(HandshakeException.class, () -> flood(engine, ours, 2, 1, true)).getMessage());
  }

  /** New keys so many times, and so many bytes behind each. */
  private static void flood(SSLEngine engine, SecureChannel ours, int times, int bytes, boolean answersAreTaken)
      throws Exception {
    SecureChannel theirs = new TlsChannel(engine);
    for (int i = 0; i < times; i++) {
      engine.beginHandshake();
      opened(ours, sealed(theirs, new byte[bytes]));
      while (answersAreTaken && ours.hasOutput()) {
        ours.transmit(new byte[SecureChannel.MAX_OUTPUT]);
      }
    }
  }
}
