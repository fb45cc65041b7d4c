package io.peerbus.tls;

import static io.peerbus.tls.Sides.ALICE;
import static io.peerbus.tls.Sides.ANYBODY;
import static io.peerbus.tls.Sides.BOB;
import static io.peerbus.tls.Sides.MPLEX;
import static io.peerbus.tls.Sides.RANDOM;
import static io.peerbus.tls.Sides.YAMUX;
import static io.peerbus.tls.Sides.carry;
import static io.peerbus.tls.Sides.dialer;
import static io.peerbus.tls.Sides.keys;
import static io.peerbus.tls.Sides.listener;
import static io.peerbus.tls.Sides.opened;
import static io.peerbus.tls.Sides.plain;
import static io.peerbus.tls.Sides.said;
import static io.peerbus.tls.Sides.sealed;
import static io.peerbus.tls.Sides.shake;
import static io.peerbus.tls.Sides.strangersKey;
import static io.peerbus.tls.Sides.testKey;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.secure.HandshakeException;
import io.peerbus.secure.SecureChannel;
import io.peerbus.secure.SecureHandshake;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Locale;
import java.util.Random;
import javax.net.ssl.SSLEngine;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The handshake of two sides without a network. */
class TlsTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_000_000})
  void bothKnowTheOtherHoweverTheBytesAreCut(int size) throws Exception {
    TlsHandshake dialer = dialer(BOB.publicKey().peerId(), YAMUX);
    TlsHandshake listener = listener(YAMUX);
    assertNull(dialer.remoteKey());
    assertNull(dialer.channel());
    shake(dialer, listener, size);
    assertTrue(dialer.isComplete() && listener.isComplete());
    assertEquals(BOB.publicKey(), dialer.remoteKey());
    assertEquals(ALICE.publicKey(), listener.remoteKey());
    assertEquals(ALICE.publicKey().peerId(), listener.remotePeer());
    assertEquals(YAMUX, dialer.muxer());
    assertEquals(YAMUX, listener.muxer());
  }

  @Test
  void theDialersOrderDecidesAndLibp2pIsNoMuxer() throws Exception {
    TlsHandshake dialer = dialer(null, MPLEX, YAMUX);
    TlsHandshake listener = listener(YAMUX, MPLEX);
    shake(dialer, listener);
    assertEquals(MPLEX, dialer.muxer());
    assertEquals(MPLEX, listener.muxer());

    dialer = dialer(null, MPLEX);
    listener = listener(YAMUX);
    shake(dialer, listener);
    assertNull(dialer.muxer());
    assertNull(listener.muxer());
  }

  /** rust offers and takes "libp2p" alone; others may know nothing of ALPN at all. */
  @Test
  void withWhoOffersNoMuxersItIsNegotiatedLater() throws Exception {
    TlsHandshake dialer = dialer(null);
    TlsHandshake listener = listener(YAMUX);
    shake(dialer, listener);
    assertTrue(listener.isComplete());
    assertNull(dialer.muxer());
    assertNull(listener.muxer());

    dialer = dialer(null, YAMUX);
    listener = listener();
    shake(dialer, listener);
    assertTrue(dialer.isComplete());
    assertNull(dialer.muxer());

    listener = listener(YAMUX);
    shake(new TlsHandshake(plain(true, "TLSv1.3", testKey()), ANYBODY), listener);
    assertTrue(listener.isComplete());
    assertNull(listener.muxer());

    SSLEngine mute = plain(false, "TLSv1.3", testKey());
    mute.setNeedClientAuth(true);
    dialer = dialer(null, YAMUX);
    shake(dialer, new TlsHandshake(mute, ANYBODY));
    assertTrue(dialer.isComplete());
    assertNull(dialer.muxer());
  }

  /** As those of rust and js. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPeerMayShowACertificateWithoutNames(boolean dials) throws Exception {
    java.security.KeyPair keys = keys();
    OneKey key = new OneKey(keys.getPrivate(), new TestCertificate(keys).names("", "").of(ALICE, true).build(RANDOM));
    SSLEngine engine = plain(dials, "TLSv1.3", key);
    engine.setNeedClientAuth(true);
    TlsHandshake theirs = new TlsHandshake(engine, ANYBODY);
    TlsHandshake ours = dials ? listener(YAMUX) : dialer(ALICE.publicKey().peerId(), YAMUX);
    shake(dials ? theirs : ours, dials ? ours : theirs);
    assertTrue(ours.isComplete());
    assertEquals(ALICE.publicKey(), ours.remoteKey());
    byte[] plain = {1, 2, 3};
    assertArrayEquals(plain, opened(ours.channel(), sealed(theirs.channel(), plain)));
  }

  /** The certificate is right, but whoever shows it has not its key. */
  @Test
  void aCertificateWithoutNamesIsOfNoUseToOthers() throws Exception {
    X509Certificate copied = new TestCertificate(keys()).names("", "").of(ALICE, true).build(RANDOM);
    String reason = refusedDialer(plain(true, "TLSv1.3", new OneKey(keys().getPrivate(), copied)));
    assertTrue(reason.toLowerCase(Locale.ROOT).contains("signature"), reason);
  }

  @Test
  void anotherPeerThanExpectedIsRefusedAndToldSo() throws Exception {
    TlsHandshake dialer = dialer(ALICE.publicKey().peerId(), YAMUX);
    TlsHandshake listener = listener(YAMUX);
    carry(dialer, listener);
    String reason = assertThrows(HandshakeException.class, () -> carry(listener, dialer)).getMessage();
    assertEquals("expected peer " + ALICE.publicKey().peerId() + " but it is "
        + BOB.publicKey().peerId(), reason);
    assertEquals(reason, assertThrows(HandshakeException.class, () -> dialer.onBytes(ByteBuffer.allocate(1)))
        .getMessage(), "and so it stays");
    assertNull(dialer.channel());
  }

  private String refusedDialer(SSLEngine engine) {
    TlsHandshake listener = listener(YAMUX);
    TlsHandshake dialer = new TlsHandshake(engine, ANYBODY);
    String reason = assertThrows(HandshakeException.class, () -> shake(dialer, listener)).getMessage();
    assertFalse(listener.isComplete());
    assertTrue(said(listener).length > 0, "an alert");
    return reason;
  }

  @Test
  void olderVersionsAreRefused() throws Exception {
    assertTrue(refusedDialer(plain(true, "TLSv1.2")).contains("TLSv1.2"));
  }

  @Test
  void whoShowsNoCertificateIsRefused() throws Exception {
    String reason = refusedDialer(plain(true, "TLSv1.3"));
    assertTrue(reason.contains("certificate"), reason);
  }

  @Test
  void aCertificateOfAnotherKindIsRefused() throws Exception {
    String reason = refusedDialer(plain(true, "TLSv1.3", strangersKey()));
    assertEquals("the certificate names no peer: it is not libp2p's", reason);
  }

  /** TLS 1.3: the dialer is done before the listener has seen its certificate. */
  @Test
  void theDialerHearsOfItsRefusalAtTheFirstRead() throws Exception {
    TlsHandshake dialer = new TlsHandshake(plain(true, "TLSv1.3", strangersKey()), ANYBODY);
    TlsHandshake listener = listener(YAMUX);
    carry(dialer, listener);
    carry(listener, dialer);
    assertTrue(dialer.isComplete());
    assertThrows(HandshakeException.class, () -> carry(dialer, listener));
    String reason = assertThrows(HandshakeException.class, () -> opened(dialer.channel(), said(listener))).getMessage();
    assertTrue(reason.contains("certificate_unknown"), reason);
  }

  @Test
  void aStrangersOffersOfProtocolsAreRefused() throws Exception {
    SSLEngine engine = plain(true, "TLSv1.3");
    var parameters = engine.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    engine.setSSLParameters(parameters);
    String reason = refusedDialer(engine);
    assertTrue(reason.contains("application layer protocol"), reason);
  }

  /** A ticket would let its holder in later without its identity being looked at. */
  @Test
  void noSessionIsOfferedToBeResumed() throws Exception {
    TlsHandshake dialer = dialer(null, YAMUX);
    TlsHandshake listener = listener(YAMUX);
    shake(dialer, listener);
    SecureChannel channel = listener.channel();
    assertFalse(channel.hasOutput());
    assertEquals(0, channel.transmit(new byte[SecureChannel.MAX_OUTPUT]));
    assertEquals(0, said(listener).length);
  }

  /** A greeting of 30,000 bytes, each in a record of its own. */
  @Test
  void aHandshakeWithoutEndIsCutOff() {
    TlsHandshake listener = listener(YAMUX);
    byte[] start = {1, 0, 0x75, 0x30};
    String reason = assertThrows(HandshakeException.class, () -> {
      for (int i = 0; i < 30_000; i++) {
        listener.onBytes(ByteBuffer.wrap(new byte[] {22, 3, 3, 0, 1, i < start.length ? start[i] : 0}));
      }
    }).getMessage();
    assertEquals("it takes more than 32768 bytes", reason);
  }

  /** Whatever comes, nothing else is thrown than what is declared. */
  @Property(tries = 300)
  void aChangedHandshakeFailsInWords(@ForAll long seed) {
    Random random = new Random(seed);
    TlsHandshake dialer = dialer(null, YAMUX);
    TlsHandshake listener = listener(YAMUX);
    try {
      for (int turn = 0; turn < 3; turn++) {
        damaged(random, dialer, listener);
        damaged(random, listener, dialer);
      }
    } catch (HandshakeException e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }

  private void damaged(Random random, SecureHandshake from, SecureHandshake to) throws HandshakeException {
    byte[] bytes = said(from);
    if (bytes.length > 0 && random.nextInt(3) == 0) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    to.onBytes(ByteBuffer.wrap(bytes));
  }
}
