package io.peerbus.host;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.Multiaddr;
import io.peerbus.multiformats.TransportAddress;
import io.peerbus.multistream.Negotiation;
import io.peerbus.noise.Handshake;
import io.peerbus.noise.NoiseIdentity;
import io.peerbus.noise.Opener;
import io.peerbus.noise.Sealer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;

/**
 * A peer played byte by byte over a plain socket, one step at a time, so that a test can stop in the middle of any of
 * them or do what no honest peer does. Every read waits two minutes at the most. Blocks; for a test's own threads.
 */
final class RawPeer implements AutoCloseable {

  static final List<String> YAMUX = List.of("/yamux/1.0.0");
  static final int DATA = 0;
  static final int WINDOW_UPDATE = 1;
  static final int PING = 2;
  static final int GO_AWAY = 3;
  static final int SYN = 1;
  static final int ACK = 2;
  static final int FIN = 4;
  static final int RST = 8;

  private static final int PATIENCE_MILLIS = 1_000 * Nodes.PATIENCE_SECONDS;
  private static final int DRIBBLE_MILLIS = 40;

  private final SecureRandom random = new SecureRandom();
  private final NoiseIdentity identity =
      NoiseIdentity.of(KeyPair.generate(KeyType.ED25519, random), random);
  private final Socket socket;
  private final byte[] chunk = new byte[64 * 1024];
  private ByteBuffer rest = ByteBuffer.allocate(0);
  private Sealer sealer;
  private Opener opener;

  /** Frames of ours to be written at once. */
  private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();

  RawPeer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  static RawPeer dial(Multiaddr address) throws IOException {
    return dial(address, "127.0.0.1", 0);
  }

  /** From a local address of its own, with a receive buffer of so many bytes, 0 for the system's default. */
  static RawPeer dial(Multiaddr address, String from, int receiveBuffer) throws IOException {
    Multiaddr.HostPort to = TransportAddress.of(address).orElseThrow().to();
    Socket socket = new Socket();
    if (receiveBuffer > 0) {
      socket.setReceiveBufferSize(receiveBuffer);
    }
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(new InetSocketAddress(to.host(), to.port()), PATIENCE_MILLIS);
    return new RawPeer(socket);
  }

  /** A peer that has done everything right so far: secured, multiplexed, ready for frames. */
  static RawPeer upgraded(Multiaddr address) throws IOException, FormatException {
    RawPeer peer = dial(address);
    peer.agree("/noise");
    peer.shake(peer.initiator(YAMUX));
    return peer;
  }

  Socket socket() {
    return socket;
  }

  Handshake initiator(List<String> muxers) {
    return Handshake.initiator(identity, muxers, null, random);
  }

  void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  void write(ByteBuffer bytes) throws IOException {
    write(bytes(bytes));
  }

  static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /** One message of multistream-select. */
  static byte[] line(String text) {
    byte[] bytes = (text + "\n").getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(1 + bytes.length).put((byte) bytes.length).put(bytes).array();
  }

  /** The next bytes, or {@code null} when the other side closed the connection, in whatever way. */
  ByteBuffer read() throws IOException {
    if (rest.hasRemaining()) {
      ByteBuffer held = rest;
      rest = ByteBuffer.allocate(0);
      return held;
    }
    try {
      int length = socket.getInputStream().read(chunk);
      return length < 0 ? null : ByteBuffer.wrap(chunk.clone(), 0, length);
    } catch (SocketTimeoutException e) {
      throw e;
    } catch (SocketException e) {
      return null;
    }
  }

  /** As {@link #read}, where the connection has to be open. */
  ByteBuffer readOrFail() throws IOException {
    ByteBuffer in = read();
    if (in == null) {
      throw new SocketException("closed by the other side");
    }
    return in;
  }

  /** Multistream-select on the raw connection, as the dialer. */
  void agree(String protocol) throws IOException, FormatException {
    Negotiation negotiation = Negotiation.dialer(List.of(protocol));
    write(negotiation.output());
    while (!negotiation.isSettled()) {
      ByteBuffer in = readOrFail();
      negotiation.onBytes(in);
      rest = in;
    }
  }

  /** The first message of the handshake there and the second back; answers the third one, which is not sent. */
  byte[] shakeHalf(Handshake handshake) throws IOException, FormatException {
    write(handshake.output());
    ByteBuffer third = null;
    while (third == null) {
      ByteBuffer in = readOrFail();
      handshake.onBytes(in);
      rest = in;
      third = handshake.output();
    }
    return bytes(third);
  }

  void shake(Handshake handshake) throws IOException, FormatException {
    write(shakeToEnd(handshake));
  }

  /** As {@link #shakeHalf}; what comes after the third message, which is still to be sent, can be sealed. */
  byte[] shakeToEnd(Handshake handshake) throws IOException, FormatException {
    byte[] third = shakeHalf(handshake);
    sealer = handshake.sealer();
    opener = handshake.opener();
    return third;
  }

  /** Seals plaintext into one Noise message. */
  byte[] seal(byte[] plaintext) throws FormatException {
    byte[] sealed = new byte[plaintext.length + Sealer.OVERHEAD];
    sealer.seal(plaintext, 0, plaintext.length, sealed, 0);
    return sealed;
  }

  /** The next plaintext, or {@code null} when the other side closed the connection. */
  ByteBuffer readPlain() throws IOException, FormatException {
    while (true) {
      ByteBuffer in = read();
      if (in == null) {
        return null;
      }
      ByteBuffer plain = opener.open(in);
      rest = in;
      if (plain != null) {
        return plain;
      }
    }
  }

  /** A frame of Yamux; {@code length} need not be that of the payload. */
  static byte[] frame(int type, int flags, int stream, int length, byte[] payload) {
    return ByteBuffer.allocate(12 + payload.length)
        .put((byte) 0).put((byte) type).putShort((short) flags).putInt(stream).putInt(length).put(payload).array();
  }

  static byte[] data(int flags, int stream, byte[] payload) {
    return frame(DATA, flags, stream, payload.length, payload);
  }

  /** A stream opened in one frame: SYN, and the whole proposal. */
  static byte[] open(int stream, String protocol) {
    byte[] header = line("/multistream/1.0.0");
    byte[] proposal = line(protocol);
    return data(SYN, stream,
        ByteBuffer.allocate(header.length + proposal.length).put(header).put(proposal).array());
  }

  /** Keeps a frame, to be sealed and written with others by {@link #flush}. */
  void gather(byte[] frame) throws IOException, FormatException {
    if (gathered.size() + frame.length > Sealer.MAX_PLAINTEXT) {
      flush();
    }
    gathered.writeBytes(frame);
  }

  void flush() throws IOException, FormatException {
    byte[] frames = gathered.toByteArray();
    gathered.reset();
    write(seal(frames));
  }

  /**
   * Writes one byte now and then until the other side closes.
   *
   * @return how many were written before
   */
  int dribble(byte[] bytes) throws IOException {
    long began = System.nanoTime();
    socket.setSoTimeout(DRIBBLE_MILLIS);
    int written = 0;
    while (System.nanoTime() - began < PATIENCE_MILLIS * 1_000_000L) {
      try {
        if (read() == null) {
          return written;
        }
      } catch (SocketTimeoutException e) {
        if (written < bytes.length && !writes(bytes[written++])) {
          return written;
        }
      }
    }
    throw new SocketTimeoutException("not closed within " + PATIENCE_MILLIS + " ms");
  }

  private boolean writes(byte b) throws IOException {
    try {
      socket.getOutputStream().write(b);
      return true;
    } catch (SocketException e) {
      return false;
    }
  }

  /** Reads and forgets until the other side closes; fails when it does not within two minutes of silence. */
  void awaitClose() throws IOException {
    ByteBuffer in = read();
    while (in != null) {
      in = read();
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
