package io.peerbus.noise;

import io.peerbus.crypto.PublicKey;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.secure.FrameReader;
import io.peerbus.secure.HandshakeException;
import io.peerbus.secure.SecureChannel;
import io.peerbus.secure.SecureHandshake;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * One side of a handshake of libp2p's Noise: the XX pattern, in whose encrypted messages each side shows its
 * identity key, a signature that ties it to its Noise key, and the muxers it speaks.
 *
 * <p>The initiator may send at once behind its last message. There is no alert in Noise: on failure the connection is
 * just closed.
 *
 * <p>Not thread safe, owned by its connection. Spec: libp2p noise; "inlined muxer negotiation" for {@link #muxer()}.
 */
public final class Handshake implements SecureHandshake {

  /**
   * The longest handshake message in bytes. Noise has 65,535, but who has not yet proved anything shall not make us
   * hold that much; the largest identity that we accept, RSA of 8,192 bits, needs about 2,300.
   */
  public static final int MAX_MESSAGE = 4096;

  private static final int OVERHEAD = 2 * X25519Key.LENGTH + 2 * AeadCipher.TAG;
  private static final byte[] NONE = {};

  private final boolean initiator;
  private final List<String> muxers;
  private final PeerId expected;
  private final byte[] payload;
  private final HandshakeState state;
  private final FrameReader reader = FrameReader.prefixed(MAX_MESSAGE);
  private ByteBuffer output;
  private PublicKey remoteKey;
  private String muxer;
  private Sealer sealer;
  private Opener opener;
  private HandshakeException failure;

  private Handshake(boolean initiator, NoiseIdentity self, List<String> muxers, PeerId expected,
      RandomGenerator random) {
    this.initiator = initiator;
    this.muxers = List.copyOf(muxers);
    this.expected = expected;
    this.payload = self.payload(this.muxers).encode();
    this.state = new HandshakeState(initiator, NONE, self.staticKey(), random);
    if (payload.length + OVERHEAD > MAX_MESSAGE) {
      throw new IllegalArgumentException("muxers: a payload of " + payload.length + " bytes is too long");
    }
  }

  /**
   * The dialer's side. Its first message is pending at once.
   *
   * @param muxers for early negotiation in order of preference; with none the remote is told of none
   * @param expectedOrNull the peer that must answer, or {@code null} for any
   * @param random makes the ephemeral key; a secure one outside of tests
   */
  public static Handshake initiator(
      NoiseIdentity self, List<String> muxers, PeerId expectedOrNull, RandomGenerator random) {
    Handshake handshake = new Handshake(true, self, muxers, expectedOrNull, random);
    try {
      // Empty, because Rust's nodes refuse a first message with a payload.
      handshake.write(NONE);
    } catch (HandshakeException e) {
      throw new IllegalStateException("the first message depends on nothing that the remote sent", e);
    }
    return handshake;
  }

  /** The listener's side; parameters as for {@link #initiator}. */
  public static Handshake responder(NoiseIdentity self, List<String> muxers, RandomGenerator random) {
    return new Handshake(false, self, muxers, null, random);
  }

  @Override
  public void onBytes(ByteBuffer in) throws HandshakeException {
    if (failure != null) {
      throw failure;
    }
    try {
      while (!isComplete()) {
        byte[] message = reader.next(in);
        if (message == null) {
          return;
        }
        onMessage(message);
      }
    } catch (HandshakeException e) {
      failure = new HandshakeException("message " + state.messages() + " of the Noise handshake: " + e.getMessage());
      destroy();
      throw failure;
    }
  }

  private void onMessage(byte[] message) throws HandshakeException {
    byte[] received = state.read(message);
    if (state.remoteStatic() == null) {
      // The first message. Nobody vouches for its payload; it is left unread, as Go and JavaScript do.
      write(payload);
      return;
    }
    HandshakePayload remote = HandshakePayload.decode(received);
    authenticate(remote);
    if (initiator) {
      write(payload);
    }
    muxer = initiator ? firstCommon(muxers, remote.muxers()) : firstCommon(remote.muxers(), muxers);
    CipherState[] states = state.split();
    sealer = new Sealer(states[initiator ? 0 : 1]);
    opener = new Opener(states[initiator ? 1 : 0]);
  }

  /** The order is the initiator's; without a common entry, multistream-select decides later as if there were none. */
  private static String firstCommon(List<String> initiators, List<String> responders) {
    for (String candidate : initiators) {
      if (responders.contains(candidate)) {
        return candidate;
      }
    }
    return null;
  }

  /** Cheapest check first: a wrong peer costs no verification. */
  private void authenticate(HandshakePayload remote) throws HandshakeException {
    PublicKey key;
    try {
      key = PublicKey.of(remote.identityKey());
    } catch (FormatException e) {
      throw new HandshakeException("identity key: " + e.getMessage());
    }
    PeerId peer = key.peerId();
    if (expected != null && !expected.equals(peer)) {
      throw new HandshakeException("expected peer " + expected + " but it is " + peer);
    }
    if (!key.verify(NoiseIdentity.signedBytes(state.remoteStatic()), remote.identitySig())) {
      throw new HandshakeException("peer " + peer + " did not sign its Noise key");
    }
    remoteKey = key;
  }

  private void write(byte[] payload) throws HandshakeException {
    byte[] message = state.write(payload);
    output = ByteBuffer.allocate(2 + message.length).putShort((short) message.length).put(message).flip();
  }

  @Override
  public ByteBuffer output() {
    ByteBuffer bytes = output;
    output = null;
    return bytes;
  }

  @Override
  public boolean isComplete() {
    return opener != null;
  }

  @Override
  public PublicKey remoteKey() {
    return isComplete() ? remoteKey : null;
  }

  @Override
  public String muxer() {
    return muxer;
  }

  @Override
  public SecureChannel channel() {
    return isComplete() ? new NoiseChannel(sealer, opener) : null;
  }

  /** For what we send; {@code null} before {@link #isComplete()}. */
  public Sealer sealer() {
    return sealer;
  }

  /** For what we receive; {@code null} before {@link #isComplete()}. */
  public Opener opener() {
    return opener;
  }

  /** The hash over the whole handshake, the same on both sides (Noise, section 11.2). */
  byte[] hash() {
    return state.hash();
  }

  @Override
  public void destroy() {
    state.destroy();
  }

  @Override
  public String describe() {
    return "the Noise handshake";
  }
}
