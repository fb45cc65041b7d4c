package io.peerbus.tls;

import io.peerbus.secure.EmptyRecords;
import io.peerbus.secure.FrameReader;
import io.peerbus.secure.HandshakeException;
import io.peerbus.secure.SecureChannel;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/** The records behind a handshake. */
final class TlsChannel implements SecureChannel {

  /**
   * Records without data whose answers wait to be sent: the engine keeps each answer with its keys, and a peer that does
   * not read could have it keep any number of them.
   */
  private static final int MAX_UNANSWERED = EmptyRecords.MAX;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;
  private final FrameReader reader = FrameReader.records(TlsHandshake.MAX_RECORD);
  private final EmptyRecords empty = new EmptyRecords();
  private int unanswered;
  private boolean hasOutput;
  private boolean destroyed;
  private HandshakeException failure;

  TlsChannel(SSLEngine engine) {
    this.engine = engine;
    hasOutput = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
  }

  @Override
  public int seal(byte[] plaintext, int offset, int length, byte[] out, int outOffset) throws HandshakeException {
    if (length < 0 || length > MAX_PLAINTEXT) {
      throw new IllegalArgumentException("length: " + length + " is not in 0.." + MAX_PLAINTEXT);
    }
    ByteBuffer from = ByteBuffer.wrap(plaintext, offset, length);
    ByteBuffer to = ByteBuffer.wrap(out, outOffset, out.length - outOffset);
    while (from.hasRemaining()) {
      if (wrap(from, to) != Status.OK) {
        throw new HandshakeException("the TLS session has ended");
      }
    }
    return to.position() - outOffset;
  }

  private Status wrap(ByteBuffer from, ByteBuffer to) throws HandshakeException {
    if (destroyed) {
      throw new HandshakeException("the TLS session was given up");
    }
    try {
      SSLEngineResult result = engine.wrap(from, to);
      if (result.getStatus() == Status.BUFFER_OVERFLOW) {
        throw new IllegalArgumentException("out: there must be room for " + MAX_OUTPUT + " bytes");
      }
      hasOutput = result.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
      unanswered = hasOutput ? unanswered : 0;
      return result.getStatus();
    } catch (SSLException e) {
      throw new HandshakeException("TLS: " + Reasons.of(e));
    }
  }

  @Override
  public ByteBuffer open(ByteBuffer in) throws HandshakeException {
    if (failure != null) {
      throw failure;
    }
    try {
      for (byte[] record = reader.next(in); record != null; record = reader.next(in)) {
        ByteBuffer plaintext = unwrap(record);
        if (plaintext.hasRemaining()) {
          empty.onData(plaintext.remaining());
          return plaintext;
        }
        if (!empty.onEmpty(record.length)) {
          throw new HandshakeException(EmptyRecords.TOO_MANY);
        }
        if (hasOutput && ++unanswered > MAX_UNANSWERED) {
          throw new HandshakeException("TLS: " + unanswered + " records to be answered, and no answer is taken");
        }
      }
      return null;
    } catch (SSLException | RuntimeException e) { // the last of the JDK's parsers
      failure = new HandshakeException("TLS: " + Reasons.of(e));
    } catch (HandshakeException e) {
      failure = e;
    }
    throw failure;
  }

  private ByteBuffer unwrap(byte[] record) throws SSLException, HandshakeException {
    if (destroyed) {
      throw new HandshakeException("the TLS session was given up");
    }
    ByteBuffer plaintext = ByteBuffer.allocate(record.length);
    SSLEngineResult result = engine.unwrap(ByteBuffer.wrap(record), plaintext);
    for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
      task.run();
    }
    hasOutput = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
    if (result.getStatus() == Status.CLOSED) {
      throw new HandshakeException("the peer ended the TLS session");
    }
    return plaintext.flip().slice();
  }

  @Override
  public boolean hasOutput() {
    return hasOutput && !destroyed;
  }

  @Override
  public int transmit(byte[] out) throws HandshakeException {
    ByteBuffer to = ByteBuffer.wrap(out);
    if (hasOutput()) {
      wrap(NOTHING.duplicate(), to);
    }
    return to.position();
  }

  @Override
  public void close() {
    if (!destroyed && !engine.isOutboundDone()) {
      engine.closeOutbound();
      hasOutput = engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
    }
  }

  @Override
  public void destroy() {
    destroyed = true;
  }
}
