package io.peerbus.noise;

import io.peerbus.secure.HandshakeException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Noise's HandshakeState for the XX pattern: three messages after which both sides know each other's static key.
 * Spec: Noise revision 34, sections 5.3 and 7.5. It knows nothing of libp2p.
 *
 * <p>Messages alternate, the initiator writes the first; a call out of turn is a bug and throws
 * IllegalStateException. After an exception nothing but {@link #destroy} may be called.
 */
final class HandshakeState {

  private enum Token { E, S, EE, ES, SE }

  private static final List<List<Token>> XX = List.of(
      List.of(Token.E),
      List.of(Token.E, Token.EE, Token.S, Token.ES),
      List.of(Token.S, Token.SE));

  private final boolean initiator;
  private final X25519Key staticKey;
  private final RandomGenerator random;
  private final SymmetricState symmetric;
  private X25519Key ephemeral;
  private byte[] remoteStatic;
  private byte[] remoteEphemeral;
  private int message;

  /** {@code staticKey} stays its owner's and is not destroyed with the rest. */
  HandshakeState(boolean initiator, byte[] prologue, X25519Key staticKey, RandomGenerator random) {
    this.initiator = initiator;
    this.staticKey = staticKey;
    this.random = random;
    this.symmetric = new SymmetricState("Noise_XX_25519_ChaChaPoly_SHA256".getBytes(StandardCharsets.US_ASCII));
    symmetric.mixHash(prologue, 0, prologue.length);
  }

  byte[] write(byte[] payload) throws HandshakeException {
    List<Token> tokens = begin(true);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (Token token : tokens) {
      switch (token) {
        case E -> out.writeBytes(writeEphemeral());
        case S -> out.writeBytes(symmetric.encryptAndHash(staticKey.publicKey()));
        default -> agree(token);
      }
    }
    out.writeBytes(symmetric.encryptAndHash(payload));
    return out.toByteArray();
  }

  private byte[] writeEphemeral() {
    ephemeral = X25519Key.generate(random);
    symmetric.mixHash(ephemeral.publicKey(), 0, X25519Key.LENGTH);
    return ephemeral.publicKey();
  }

  /** Returns the payload. */
  byte[] read(byte[] in) throws HandshakeException {
    List<Token> tokens = begin(false);
    int offset = 0;
    for (Token token : tokens) {
      switch (token) {
        case E -> {
          checkLength(in, offset, X25519Key.LENGTH);
          remoteEphemeral = Arrays.copyOfRange(in, offset, offset + X25519Key.LENGTH);
          symmetric.mixHash(remoteEphemeral, 0, X25519Key.LENGTH);
          offset += X25519Key.LENGTH;
        }
        case S -> {
          int length = X25519Key.LENGTH + symmetric.overhead();
          checkLength(in, offset, length);
          remoteStatic = symmetric.decryptAndHash(in, offset, length);
          offset += length;
        }
        default -> agree(token);
      }
    }
    checkLength(in, offset, symmetric.overhead());
    return symmetric.decryptAndHash(in, offset, in.length - offset);
  }

  private List<Token> begin(boolean writing) {
    if (isComplete() || writing != (initiator == (message % 2 == 0))) {
      throw new IllegalStateException("message " + (message + 1) + " is not ours to " + (writing ? "write" : "read"));
    }
    return XX.get(message++);
  }

  private static void checkLength(byte[] in, int offset, int needed) throws HandshakeException {
    if (in.length - offset < needed) {
      throw new HandshakeException("a message of " + in.length + " bytes is too short");
    }
  }

  /** The first letter of the token names the initiator's key, the second the responder's. */
  private void agree(Token token) throws HandshakeException {
    byte[] secret = switch (token) {
      case EE -> ephemeral.agree(remoteEphemeral);
      case ES -> initiator ? ephemeral.agree(remoteStatic) : staticKey.agree(remoteEphemeral);
      default -> initiator ? staticKey.agree(remoteEphemeral) : ephemeral.agree(remoteStatic);
    };
    symmetric.mixKey(secret);
    Arrays.fill(secret, (byte) 0);
  }

  /** The number of messages written or read so far, 0 to 3. */
  int messages() {
    return message;
  }

  boolean isComplete() {
    return message == XX.size();
  }

  /** The remote's static public key, once the message that has it was read. */
  byte[] remoteStatic() {
    return remoteStatic;
  }

  byte[] hash() {
    return symmetric.hash();
  }

  /** The keys of the transport, the initiator's sending one first; the secrets of the handshake are destroyed. */
  CipherState[] split() {
    CipherState[] states = symmetric.split();
    destroy();
    return states;
  }

  void destroy() {
    symmetric.destroy();
    if (ephemeral != null) {
      ephemeral.destroy();
    }
  }
}
