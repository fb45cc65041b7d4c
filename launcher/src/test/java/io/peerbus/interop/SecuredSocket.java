package io.peerbus.interop;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multistream.Negotiation;
import io.peerbus.secure.SecureChannel;
import io.peerbus.secure.SecureHandshake;
import io.peerbus.secure.SecureProtocol;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.List;

/**
 * A connection that has been secured and nothing more, so that a test sees what comes next. Blocks, at most a minute;
 * for a test's own thread.
 */
final class SecuredSocket implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 60_000;

  private final Socket socket;
  private ByteBuffer input = ByteBuffer.allocate(0);
  private final SecureHandshake handshake;
  private final SecureChannel channel;

  private SecuredSocket(Socket socket, SecureProtocol protocol, List<String> muxers, boolean dialer)
      throws IOException, FormatException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    agree(dialer ? Negotiation.dialer(List.of(protocol.id()))
        : Negotiation.listener(protocol.id()::equals, () -> List.of(protocol.id())));
    SecureRandom random = new SecureRandom();
    handshake = dialer ? protocol.dialer(muxers, null, random) : protocol.listener(muxers, random);
    shake();
    channel = handshake.channel();
  }

  /** As the dialer, who offers these muxers in passing. */
  static SecuredSocket dial(Socket socket, SecureProtocol protocol, List<String> muxers)
      throws IOException, FormatException {
    return new SecuredSocket(socket, protocol, muxers, true);
  }

  /** As the listener; what else than this protocol is proposed is refused. */
  static SecuredSocket accept(Socket socket, SecureProtocol protocol, List<String> muxers)
      throws IOException, FormatException {
    return new SecuredSocket(socket, protocol, muxers, false);
  }

  private void agree(Negotiation negotiation) throws IOException, FormatException {
    send(negotiation.output());
    while (!negotiation.isSettled()) {
      negotiation.onBytes(received());
      send(negotiation.output());
    }
  }

  private void shake() throws IOException, FormatException {
    sendAll();
    while (!handshake.isComplete()) {
      try {
        handshake.onBytes(received());
      } finally {
        sendAll();
      }
    }
  }

  private void sendAll() throws IOException {
    for (ByteBuffer bytes = handshake.output(); bytes != null; bytes = handshake.output()) {
      send(bytes);
    }
  }

  private void send(ByteBuffer bytes) throws IOException {
    if (bytes != null) {
      socket.getOutputStream().write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
    }
  }

  /** What is left of the last bytes, or the next ones. */
  private ByteBuffer received() throws IOException {
    if (!input.hasRemaining()) {
      byte[] bytes = new byte[64 * 1024];
      int length = socket.getInputStream().read(bytes);
      if (length < 0) {
        throw new EOFException("the peer closed the connection");
      }
      input = ByteBuffer.wrap(bytes, 0, length);
    }
    return input;
  }

  /** The muxer that was agreed on in the handshake, or {@code null}. */
  String muxer() {
    return handshake.muxer();
  }

  void write(byte[] plain) throws IOException, FormatException {
    byte[] out = new byte[SecureChannel.MAX_OUTPUT];
    send(ByteBuffer.wrap(out, 0, channel.seal(plain, 0, plain.length, out, 0)));
  }

  /** The next plaintext, never empty. */
  ByteBuffer read() throws IOException, FormatException {
    ByteBuffer plain = channel.open(input);
    while (plain == null) {
      plain = channel.open(received());
    }
    return plain;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
