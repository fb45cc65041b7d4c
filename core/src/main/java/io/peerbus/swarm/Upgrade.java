package io.peerbus.swarm;

import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.multistream.Negotiation;
import io.peerbus.secure.SecureChannel;
import io.peerbus.secure.SecureHandshake;
import io.peerbus.secure.SecureProtocol;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * The way from a raw connection to a secured one with a muxer: multistream-select for the security, its handshake,
 * then multistream-select for a muxer inside it unless the handshake settled that already (connections spec; inlined
 * muxer negotiation). Each step leaves the bytes behind its own to the next one, since a
 * peer may send several steps at once.
 *
 * <p>Not thread safe, owned by its {@link Connection}.
 */
final class Upgrade {

  private enum Step { SECURITY, HANDSHAKE, MUXER, DONE }

  private final boolean dialer;
  private final List<SecureProtocol> security;
  private final List<String> muxers;
  private final PeerId expected;
  private final RandomGenerator random;
  private final ArrayDeque<ByteBuffer> output = new ArrayDeque<>();
  private Step step = Step.SECURITY;
  private Negotiation negotiation;
  private SecureHandshake handshake; // null until its protocol is agreed on
  private SecureChannel channel;
  private String secured;
  private String muxer;
  private ByteBuffer remainder;

  Upgrade(ConnectionOptions options, boolean dialer, PeerId expected, RandomGenerator random) {
    this.dialer = dialer;
    this.security = options.security();
    this.muxers = options.muxers().ids();
    this.expected = expected;
    this.random = random;
    this.negotiation = negotiation(security.stream().map(SecureProtocol::id).toList());
    collect();
  }

  private Negotiation negotiation(List<String> protocols) {
    return dialer ? Negotiation.dialer(protocols) : Negotiation.listener(protocols::contains, () -> protocols);
  }

  /** Takes raw bytes; what comes behind the upgrade stays in {@code in}. */
  void onBytes(ByteBuffer in) throws FormatException {
    boolean progress = true;
    while (progress && step != Step.DONE) {
      try {
        progress = switch (step) {
          case SECURITY -> onSecurity(in);
          case HANDSHAKE -> onHandshake(in);
          case MUXER -> onMuxer(in);
          case DONE -> false;
        };
      } finally {
        collect(); // also what a failed handshake has to say about it
      }
    }
  }

  private boolean onSecurity(ByteBuffer in) throws FormatException {
    negotiation.onBytes(in);
    if (!negotiation.isSettled()) {
      return false;
    }
    collect();
    String agreed = negotiation.protocol();
    secured = agreed;
    SecureProtocol protocol = security.stream().filter(one -> one.id().equals(agreed)).findFirst().orElseThrow();
    handshake = dialer ? protocol.dialer(muxers, expected, random) : protocol.listener(muxers, random);
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
    channel = handshake.channel();
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
    ByteBuffer plaintext = channel.open(in);
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
    if (step == Step.HANDSHAKE) {
      for (ByteBuffer bytes = handshake.output(); bytes != null; bytes = handshake.output()) {
        add(bytes);
      }
    } else if (negotiation != null) {
      ByteBuffer bytes = negotiation.output();
      add(bytes != null && step == Step.MUXER ? seal(bytes) : bytes);
    }
  }

  private ByteBuffer seal(ByteBuffer bytes) {
    byte[] plaintext = new byte[bytes.remaining()];
    bytes.get(plaintext);
    byte[] sealed = new byte[plaintext.length + SecureChannel.MAX_OUTPUT - SecureChannel.MAX_PLAINTEXT];
    try {
      int length = channel.seal(plaintext, 0, plaintext.length, sealed, 0);
      return ByteBuffer.wrap(Arrays.copyOf(sealed, length));
    } catch (FormatException e) {
      throw new IllegalStateException("fresh keys cannot be used up", e);
    }
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

  /** The way to secure it that both sides agreed on, or {@code null} before. */
  String security() {
    return secured;
  }

  /** The muxer that both sides agreed on, once it is done. */
  String muxer() {
    return muxer;
  }

  PeerId peer() {
    return handshake.remotePeer();
  }

  SecureChannel channel() {
    return channel;
  }

  /** Wipes the keys, those of the ciphers too: nothing can be sent or read any more. */
  void destroy() {
    if (handshake != null) {
      handshake.destroy();
    }
    if (channel != null) {
      channel.destroy();
    }
  }

  /** Where it stands, for the message of a timeout. */
  String describe() {
    return switch (step) {
      case SECURITY -> "agreeing on " + security.stream().map(SecureProtocol::id).collect(Collectors.joining(" or "));
      case HANDSHAKE -> handshake.describe();
      case MUXER -> "agreeing on " + String.join(" or ", muxers);
      case DONE -> "done";
    };
  }
}
