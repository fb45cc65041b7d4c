package io.peerbus.tls;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.multiformats.PeerId;
import io.peerbus.secure.HandshakeException;
import io.peerbus.secure.SecureChannel;
import io.peerbus.secure.SecureHandshake;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two sides of TLS without a network. */
class TlsTest {

  private static final String YAMUX = "/yamux/1.0.0";
  private static final String MPLEX = "/mplex/6.7.0";
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final KeyPair ALICE = KeyPair.generate(KeyType.ED25519, RANDOM);
  private static final KeyPair BOB = KeyPair.generate(KeyType.SECP256K1, RANDOM);
  private static final TlsIdentity DIALER = TlsIdentity.of(ALICE, InstantSource.system(), RANDOM);
  private static final TlsIdentity LISTENER = TlsIdentity.of(BOB, InstantSource.system(), RANDOM);

  private static final PeerTrust ANYBODY = new PeerTrust(InstantSource.system(), null);

  private int chunk = Integer.MAX_VALUE;

  private static TlsHandshake dialer(PeerId expected, String... muxers) {
    return DIALER.dialer(List.of(muxers), expected, RANDOM);
  }

  private static TlsHandshake listener(String... muxers) {
    return LISTENER.listener(List.of(muxers), RANDOM);
  }

  private static byte[] said(SecureHandshake by) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuffer out = by.output(); out != null; out = by.output()) {
      bytes.write(out.array(), out.arrayOffset() + out.position(), out.remaining());
    }
    return bytes.toByteArray();
  }

  private boolean carry(SecureHandshake from, SecureHandshake to) throws HandshakeException {
    byte[] bytes = said(from);
    for (int at = 0; at < bytes.length; at += Math.min(chunk, bytes.length - at)) {
      to.onBytes(ByteBuffer.wrap(bytes, at, Math.min(chunk, bytes.length - at)));
    }
    return bytes.length > 0;
  }

  private void shake(SecureHandshake dialer, SecureHandshake listener) throws HandshakeException {
    boolean moved = true;
    while (moved) {
      moved = carry(dialer, listener) | carry(listener, dialer);
    }
  }

  private record Pair(SecureChannel dialer, SecureChannel listener) {}

  private Pair channels() throws HandshakeException {
    TlsHandshake dialer = dialer(null, YAMUX);
    TlsHandshake listener = listener(YAMUX);
    shake(dialer, listener);
    return new Pair(dialer.channel(), listener.channel());
  }

  private static byte[] sealed(SecureChannel by, byte[] plain) throws HandshakeException {
    byte[] out = new byte[SecureChannel.MAX_OUTPUT];
    return Arrays.copyOf(out, by.seal(plain, 0, plain.length, out, 0));
  }

  private static byte[] opened(SecureChannel by, byte[] sealed) throws HandshakeException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ByteBuffer in = ByteBuffer.wrap(sealed);
    for (ByteBuffer bytes = by.open(in); bytes != null; bytes = by.open(in)) {
      assertTrue(bytes.hasRemaining());
      plain.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
    }
    assertFalse(in.hasRemaining());
    return plain.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_000_000})
  void bothKnowTheOtherHoweverTheBytesAreCut(int size) throws Exception {
    chunk = size;
    TlsHandshake dialer = dialer(BOB.publicKey().peerId(), YAMUX);
    TlsHandshake listener = listener(YAMUX);
    assertNull(dialer.remoteKey());
    assertNull(dialer.channel());
    shake(dialer, listener);
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

  private static OneKey strangersKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256, RANDOM);
    java.security.KeyPair keys = generator.generateKeyPair();
    return new OneKey(keys.getPrivate(), new TestCertificate(keys).build(RANDOM));
  }

  private static SSLEngine plain(boolean client, String version, KeyManager... keys) throws Exception {
    SSLContext context = SSLContext.getInstance(version);
    context.init(keys, new TrustManager[] {ANYBODY}, RANDOM);
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(client);
    engine.setEnabledProtocols(new String[] {version});
    return engine;
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

  private static OneKey testKey() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256, RANDOM);
    java.security.KeyPair keys = generator.generateKeyPair();
    return new OneKey(keys.getPrivate(), Certificates.make(ALICE, keys, InstantSource.system().instant(), RANDOM));
  }

  /** Each record costs its sender nothing, and us a derivation of keys and an answer. */
  @Test
  void aFloodOfNewKeysEndsTheChannel() throws Exception {
    SSLEngine engine = plain(true, "TLSv1.3", testKey());
    SecureChannel ours = dialledBy(engine);
    ByteBuffer record = ByteBuffer.allocate(SecureChannel.MAX_OUTPUT);
    String reason = assertThrows(HandshakeException.class, () -> {
      for (int i = 0; i <= TlsChannel.MAX_EMPTY; i++) {
        engine.beginHandshake();
        engine.wrap(ByteBuffer.allocate(0), record.clear());
        opened(ours, Arrays.copyOf(record.array(), record.position()));
      }
    }).getMessage();
    assertEquals("TLS: 65 records without data, one after the other", reason);
  }

  /** Our answers wait for the connection to take them, and the engine keeps the keys of each until then. */
  @Test
  void aFloodOfNewKeysIsNotHiddenBehindBytes() throws Exception {
    SSLEngine engine = plain(true, "TLSv1.3", testKey());
    SecureChannel ours = dialledBy(engine);
    flood(engine, ours, true);
    String reason = assertThrows(HandshakeException.class, () -> flood(engine, ours, false)).getMessage();
    assertEquals("TLS: 65 records to be answered, and no answer is taken", reason);
  }

  private static void flood(SSLEngine engine, SecureChannel ours, boolean answersAreTaken) throws Exception {
    SecureChannel theirs = new TlsChannel(engine);
    for (int i = 0; i < 3 * TlsChannel.MAX_EMPTY; i++) {
      engine.beginHandshake();
      opened(ours, sealed(theirs, new byte[1]));
      while (answersAreTaken && ours.hasOutput()) {
        ours.transmit(new byte[SecureChannel.MAX_OUTPUT]);
      }
    }
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
