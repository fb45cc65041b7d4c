package io.peerbus.tls;

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
   * Records without a byte for us that may come: tickets, new keys. Each costs its sender next to nothing and us a key
   * derivation and perhaps an answer, so one more is earned only by as much data as costs us a multiple of that, see
   * {@link #DATA_FOR_EMPTY}; with a byte of data between them a peer could otherwise keep us busy without end. As many
   * may come while an answer waits to be sent: the engine keeps each answer with its keys, and who does not read could
   * have it keep any number of them.
   */
  static final int MAX_EMPTY = 64;

  /** Bytes of data that earn one more of {@link #MAX_EMPTY}. Honest peers renew keys after 2^24 records or more. */
  static final int DATA_FOR_EMPTY = 1024 * 1024;

  /**
   * One record may hold many messages, of five bytes for new keys, so a longer one counts as several: one for each of
   * so many bytes. A ticket has a certificate of the peer's in it, and 1 to 2 KB.
   */
  static final int EMPTY_LENGTH = 256;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SSLEngine engine;
  private final FrameReader reader = FrameReader.records(TlsHandshake.MAX_RECORD);
  /** In bytes of data. */
  private int credit = MAX_EMPTY * DATA_FOR_EMPTY;
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
          credit = Math.min(MAX_EMPTY * DATA_FOR_EMPTY, credit + plaintext.remaining());
          return plaintext;
        }
        charge(record.length);
        if (hasOutput && ++unanswered > MAX_EMPTY) {
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

  private void charge(int length) throws HandshakeException {
    credit -= (1 + length / EMPTY_LENGTH) * DATA_FOR_EMPTY;
    if (credit < 0) {
      throw new HandshakeException("TLS: too many records without data, such as new keys");
    }
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
