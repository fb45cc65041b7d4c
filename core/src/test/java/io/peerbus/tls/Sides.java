package io.peerbus.tls;

import static org.junit.jupiter.api.Assertions.assertFalse;
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
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;

/** Two sides of TLS without a network, and a plain engine in the place of one of them. */
final class Sides {

  static final String YAMUX = "/yamux/1.0.0";
  static final String MPLEX = "/mplex/6.7.0";
  static final SecureRandom RANDOM = new SecureRandom();
  static final KeyPair ALICE = KeyPair.generate(KeyType.ED25519, RANDOM);
  static final KeyPair BOB = KeyPair.generate(KeyType.SECP256K1, RANDOM);
  static final TlsIdentity DIALER = TlsIdentity.of(ALICE, InstantSource.system(), RANDOM);
  static final TlsIdentity LISTENER = TlsIdentity.of(BOB, InstantSource.system(), RANDOM);

  static final PeerTrust ANYBODY = new PeerTrust(InstantSource.system(), null);

  static TlsHandshake dialer(PeerId expected, String... muxers) {
    return DIALER.dialer(List.of(muxers), expected, RANDOM);
  }

  static TlsHandshake listener(String... muxers) {
    return LISTENER.listener(List.of(muxers), RANDOM);
  }

  static byte[] said(SecureHandshake by) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (ByteBuffer out = by.output(); out != null; out = by.output()) {
      bytes.write(out.array(), out.arrayOffset() + out.position(), out.remaining());
    }
    return bytes.toByteArray();
  }

  /** What {@code from} has to say, in pieces of so many bytes; whether there was anything. */
  static boolean carry(SecureHandshake from, SecureHandshake to, int chunk) throws HandshakeException {
    byte[] bytes = said(from);
    for (int at = 0; at < bytes.length; at += Math.min(chunk, bytes.length - at)) {
      to.onBytes(ByteBuffer.wrap(bytes, at, Math.min(chunk, bytes.length - at)));
    }
    return bytes.length > 0;
  }

  static void carry(SecureHandshake from, SecureHandshake to) throws HandshakeException {
    carry(from, to, Integer.MAX_VALUE);
  }

  /** All of it. */
  static void shake(SecureHandshake dialer, SecureHandshake listener) throws HandshakeException {
    shake(dialer, listener, Integer.MAX_VALUE);
  }

  /** All of it, in pieces of so many bytes. */
  static void shake(SecureHandshake dialer, SecureHandshake listener, int chunk) throws HandshakeException {
    boolean moved = true;
    while (moved) {
      moved = carry(dialer, listener, chunk) | carry(listener, dialer, chunk);
    }
  }

  static byte[] sealed(SecureChannel by, byte[] plain) throws HandshakeException {
    byte[] out = new byte[SecureChannel.MAX_OUTPUT];
    return Arrays.copyOf(out, by.seal(plain, 0, plain.length, out, 0));
  }

  static byte[] opened(SecureChannel by, byte[] sealed) throws HandshakeException {
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ByteBuffer in = ByteBuffer.wrap(sealed);
    for (ByteBuffer bytes = by.open(in); bytes != null; bytes = by.open(in)) {
      assertTrue(bytes.hasRemaining());
      plain.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
    }
    assertFalse(in.hasRemaining());
    return plain.toByteArray();
  }

  static java.security.KeyPair keys() throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(256, RANDOM);
    return generator.generateKeyPair();
  }

  static OneKey strangersKey() throws Exception {
    java.security.KeyPair keys = keys();
    return new OneKey(keys.getPrivate(), new TestCertificate(keys).build(RANDOM));
  }

  static SSLEngine plain(boolean client, String version, KeyManager... keys) throws Exception {
    SSLContext context = SSLContext.getInstance(version);
    context.init(keys, new TrustManager[] {ANYBODY}, RANDOM);
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(client);
    engine.setEnabledProtocols(new String[] {version});
    return engine;
  }

  static OneKey testKey() throws Exception {
    java.security.KeyPair keys = keys();
    return new OneKey(keys.getPrivate(), Certificates.make(ALICE, keys, InstantSource.system().instant(), RANDOM));
  }

  private Sides() {}
}
