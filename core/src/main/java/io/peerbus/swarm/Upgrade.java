package io.peerbus.swarm;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.multistream.Negotiation;
import io.peerbus.noise.Handshake;
import io.peerbus.noise.NoiseIdentity;
import io.peerbus.noise.Opener;
import io.peerbus.noise.Sealer;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The way from a raw connection to a secured one with a muxer: multistream-select for {@code /noise}, the Noise
 * handshake, then multistream-select for a muxer inside it unless the handshake settled that already (connections spec;
 * inlined muxer negotiation). Each step leaves the bytes behind its own to the next one, since a
 * peer may send several steps at once.
 *
 * <p>Not thread safe, owned by its {@link Connection}.
 */
final class Upgrade {

  private enum Step { SECURITY, HANDSHAKE, MUXER, DONE }

  private static final List<String> SECURITY = List.of(ConnectionOptions.NOISE);

  private final boolean dialer;
  private final List<String> muxers;
  private final Handshake handshake;
  private final ArrayDeque<ByteBuffer> output = new ArrayDeque<>();
  private Step step = Step.SECURITY;
  private Negotiation negotiation;
  private String muxer;
  private Sealer sealer;
  private Opener opener;
  private ByteBuffer remainder;

  /** {@code muxers}: those we speak, the best first. */
  Upgrade(NoiseIdentity identity, List<String> muxers, boolean dialer, PeerId expected, RandomGenerator random) {
    this.dialer = dialer;
    this.muxers = muxers;
    this.handshake = dialer
        ? Handshake.initiator(identity, muxers, expected, random)
        : Handshake.responder(identity, muxers, random);
    this.negotiation = negotiation(SECURITY);
    collect();
  }

  private Negotiation negotiation(List<String> protocols) {
    return dialer ? Negotiation.dialer(protocols) : Negotiation.listener(protocols::contains, () -> protocols);
  }

  /** Takes raw bytes; what comes behind the upgrade stays in {@code in}. */
  void onBytes(ByteBuffer in) throws FormatException {
    boolean progress = true;
    while (progress && step != Step.DONE) {
      progress = switch (step) {
        case SECURITY -> onSecurity(in);
        case HANDSHAKE -> onHandshake(in);
        case MUXER -> onMuxer(in);
        case DONE -> false;
      };
      collect();
    }
  }

  private boolean onSecurity(ByteBuffer in) throws FormatException {
    negotiation.onBytes(in);
    if (!negotiation.isSettled()) {
      return false;
    }
    collect();
    negotiation = null;
    step = Step.HANDSHAKE;
    return true;
  }

  private boolean onHandshake(ByteBuffer in) throws FormatException {
    handshake.onBytes(in);
    if (!handshake.isComplete()) {
      return false;
    }
    collect();
    sealer = handshake.sealer();
    opener = handshake.opener();
    muxer = handshake.muxer();
    if (muxer != null) {
      step = Step.DONE;
    } else {
      step = Step.MUXER;
      negotiation = negotiation(muxers);
    }
    return true;
  }

  private boolean onMuxer(ByteBuffer in) throws FormatException {
    ByteBuffer plaintext = opener.open(in);
    if (plaintext == null) {
      return false;
    }
    negotiation.onBytes(plaintext);
    if (negotiation.isSettled()) {
      collect();
      muxer = negotiation.protocol();
      negotiation = null;
      step = Step.DONE;
      remainder = plaintext;
    }
    return true;
  }

  private void collect() {
    try {
      if (step == Step.HANDSHAKE) {
        add(handshake.output());
      } else if (negotiation != null) {
        ByteBuffer bytes = negotiation.output();
        add(bytes != null && step == Step.MUXER ? seal(bytes) : bytes);
      }
    } catch (FormatException e) {
      throw new IllegalStateException("a fresh cipher cannot be used up", e);
    }
  }

  private ByteBuffer seal(ByteBuffer bytes) throws FormatException {
    byte[] plaintext = new byte[bytes.remaining()];
    bytes.get(plaintext);
    byte[] sealed = new byte[plaintext.length + 18];
    sealer.seal(plaintext, 0, plaintext.length, sealed, 0);
    return ByteBuffer.wrap(sealed);
  }

  private void add(ByteBuffer bytes) {
    if (bytes != null && bytes.hasRemaining()) {
      output.add(bytes);
    }
  }

  /** Raw bytes to send now, or {@code null}. */
  ByteBuffer output() {
    return output.poll();
  }

  boolean hasOutput() {
    return !output.isEmpty();
  }

  boolean isDone() {
    return step == Step.DONE;
  }

  /** Plaintext that came behind the muxer negotiation in the same Noise frame, or {@code null}. */
  ByteBuffer remainder() {
    return remainder;
  }

  /** The muxer that both sides agreed on, once it is done. */
  String muxer() {
    return muxer;
  }

  PeerId peer() {
    return handshake.remotePeer();
  }

  Sealer sealer() {
    return sealer;
  }

  Opener opener() {
    return opener;
  }

  /** Wipes the keys, those of the ciphers too: nothing can be sent or read any more. */
  void destroy() {
    handshake.destroy();
    if (sealer != null) {
      sealer.destroy();
      opener.destroy();
    }
  }

  /** Where it stands, for the message of a timeout. */
  String describe() {
    return switch (step) {
      case SECURITY -> "agreeing on /noise";
      case HANDSHAKE -> "the Noise handshake";
      case MUXER -> "agreeing on " + String.join(" or ", muxers);
      case DONE -> "done";
    };
  }
}
