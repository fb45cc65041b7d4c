package io.peerbus.tls;

import io.peerbus.crypto.PublicKey;
import io.peerbus.secure.FrameReader;
import io.peerbus.secure.HandshakeException;
import io.peerbus.secure.SecureChannel;
import io.peerbus.secure.SecureHandshake;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * One side of a TLS 1.3 handshake in which both sides show a certificate. On failure the alert for the remote is in
 * {@link #output()}.
 *
 * <p>A dialer is complete before the listener has looked at its certificate: if that is refused, the channel says so
 * at the first read.
 */
final class TlsHandshake implements SecureHandshake {

  /** The longest record behind its header (RFC 8446, 5.2). */
  static final int MAX_RECORD = 16 * 1024 + 256;

  /**
   * Bytes that a handshake may take, ours being about 2 KB and one with the largest identity 5 KB. Who has not yet
   * proved anything could otherwise keep us busy with dummy records until the deadline.
   */
  static final int MAX_BYTES = 32 * 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;
  private final PeerTrust trust;
  private final FrameReader reader = FrameReader.records(MAX_RECORD);
  private final ArrayDeque<ByteBuffer> output = new ArrayDeque<>();
  private int taken;
  private boolean complete;
  private HandshakeException failure;

  TlsHandshake(SSLEngine engine, PeerTrust trust) {
    this.engine = engine;
    this.trust = trust;
    try {
      engine.beginHandshake();
      advance();
    } catch (SSLException | HandshakeException e) {
      throw new IllegalStateException("the first message depends on nothing that the remote sent", e);
    }
  }

  @Override
  public void onBytes(ByteBuffer in) throws HandshakeException {
    if (failure != null) {
      throw failure;
    }
    try {
      while (!isComplete()) {
        byte[] record = reader.next(in);
        if (record == null) {
          return;
        }
        read(record);
        advance();
      }
    } catch (SSLException | HandshakeException | RuntimeException e) { // the last of the JDK's parsers
      failure = new HandshakeException(Reasons.of(e));
      sayGoodbye();
      throw failure;
    }
  }

  private void read(byte[] record) throws SSLException, HandshakeException {
    taken += record.length;
    if (taken > MAX_BYTES) {
      throw new HandshakeException("it takes more than " + MAX_BYTES + " bytes");
    }
    ByteBuffer from = ByteBuffer.wrap(record);
    while (from.hasRemaining()) {
      SSLEngineResult result = engine.unwrap(from, ByteBuffer.allocate(record.length));
      runTasks();
      if (result.getStatus() != SSLEngineResult.Status.OK || result.bytesProduced() > 0) {
        throw new HandshakeException("the remote ended it");
      }
    }
  }

  /** As far as it goes without more from the remote. */
  private void advance() throws SSLException, HandshakeException {
    while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
      wrap();
      runTasks();
    }
    if (engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING && taken > 0) {
      if (trust.peer() == null) {
        throw new HandshakeException("the remote showed no certificate");
      }
      complete = true;
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  private void wrap() throws SSLException {
    byte[] bytes = new byte[engine.getSession().getPacketBufferSize()];
    SSLEngineResult result = engine.wrap(NOTHING.duplicate(), ByteBuffer.wrap(bytes));
    output.add(ByteBuffer.wrap(Arrays.copyOf(bytes, result.bytesProduced())));
  }

  /** What the engine wants to say of its failure, or of ours. */
  private void sayGoodbye() {
    try {
      engine.closeOutbound();
      while (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP && !engine.isOutboundDone()) {
        wrap();
      }
    } catch (SSLException | RuntimeException e) {
      output.clear(); // there is nothing to be said, then
    }
  }

  @Override
  public ByteBuffer output() {
    return output.poll();
  }

  @Override
  public boolean isComplete() {
    return complete;
  }

  @Override
  public PublicKey remoteKey() {
    return complete ? trust.peer() : null;
  }

  @Override
  public String muxer() {
    String agreed = engine.getApplicationProtocol();
    return agreed == null || agreed.isEmpty() || agreed.equals(TlsIdentity.NO_MUXER) ? null : agreed;
  }

  @Override
  public SecureChannel channel() {
    return isComplete() ? new TlsChannel(engine) : null;
  }

  @Override
  public void destroy() {
    // The JDK's engine keeps its secrets to itself, and goes with the connection.
  }

  @Override
  public String describe() {
    return "the TLS handshake";
  }
}
