package io.peerbus.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.netty.buffer.UnpooledByteBufAllocator;
import io.peerbus.secure.EmptyRecords;
import io.peerbus.web.WebCertificate;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrugalEngineTest {

  private static final int RECORDS = 40; // more than a handshake has

  @TempDir
  Path folder;

  private final ByteBuffer wire = ByteBuffer.allocate(1 << 16);
  private final ByteBuffer data = ByteBuffer.allocate(1 << 16);
  private SSLEngine peer;
  private SSLEngine ours;

  @BeforeEach
  void shakeHands() throws Exception {
    WebCertificate web = WebCertificate.make(folder, "EC", "dns:localhost");
    List<X509Certificate> chain = List.of(web.certificate());
    peer = new WebSocketTls(null, List.of(), chain).dialer()
        .newEngine(UnpooledByteBufAllocator.DEFAULT, "localhost", 443);
    ours = new FrugalEngine(new WebSocketTls(web.key(), chain, List.of()).listenerOrNull()
        .newEngine(UnpooledByteBufAllocator.DEFAULT));
    peer.beginHandshake();
    ours.beginHandshake();
    ByteBuffer toPeer = ByteBuffer.allocate(1 << 16);
    ByteBuffer toUs = ByteBuffer.allocate(1 << 16);
    for (int i = 0; i < RECORDS; i++) {
      shake(peer, toPeer, toUs);
      shake(ours, toUs, toPeer);
    }
    assertEquals(HandshakeStatus.NOT_HANDSHAKING, peer.getHandshakeStatus());
    assertEquals(HandshakeStatus.NOT_HANDSHAKING, ours.getHandshakeStatus());
  }

  private void shake(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
      task.run();
    }
    if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      engine.wrap(ByteBuffer.allocate(0), out);
    } else {
      engine.unwrap(in.flip(), data.clear());
      in.compact();
    }
  }

  /** What one record of the peer's brings us. */
  private int read(byte[] plain) throws SSLException {
    peer.wrap(ByteBuffer.wrap(plain), wire.clear());
    return ours.unwrap(wire.flip(), data.clear()).bytesProduced();
  }

  private void readNewKeys() throws SSLException {
    peer.beginHandshake();
    assertEquals(0, read(new byte[0]));
  }

  @Test
  void keysAreRenewedInPassing() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertEquals(5, read(new byte[5]));
      readNewKeys();
    }
    assertEquals(7, read(new byte[7]));
  }

  @Test
  void aFloodOfNewKeysEndsTls() {
    assertRefused(() -> {
      for (int i = 0; i <= EmptyRecords.MAX; i++) {
        readNewKeys();
      }
    });
  }

  @Test
  void aFloodOfNewKeysIsNotHiddenBehindBytes() {
    assertRefused(() -> {
      for (int i = 0; i <= EmptyRecords.MAX; i++) {
        readNewKeys();
        read(new byte[1]);
      }
    });
  }

  private interface Flood {
    void run() throws SSLException;
  }

  private static void assertRefused(Flood flood) {
    assertEquals(EmptyRecords.TOO_MANY,
        assertThrows(SSLException.class, flood::run).getMessage());
  }
}
