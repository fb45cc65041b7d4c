package io.peerbus.launcher.plugin.jar;

import io.peerbus.crypto.KeyPair;
import io.peerbus.crypto.KeyType;
import io.peerbus.crypto.SignedEnvelope;
import io.peerbus.launcher.config.PluginPolicy;
import io.peerbus.multiformats.FormatException;
import io.peerbus.multiformats.PeerId;
import io.peerbus.multiformats.Varint;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The signature in a plugin's jar: entry {@value #ENTRY}, a signed envelope with the domain {@value #DOMAIN} and the
 * payload type {@value #TYPE}. Its payload is the SHA-256 over all other entries, folders too, in the order of their
 * names' UTF-8 bytes: of each the length of the name as a varint, the name, and the SHA-256 of the content.
 *
 * <p>The key is an Ed25519 key; the publisher is its peer id. Times and comments of entries are not signed, nor does
 * the JVM look at them.
 *
 * <p>Spec: RFC 0002, "Signed Envelopes"; the payload is our own.
 */
final class PluginSignature {

  static final String ENTRY = "META-INF/peerbus/signature";

  static final String DOMAIN = "peerbus-plugin";

  static final String TYPE = "/peerbus/plugin-jar/1";

  private PluginSignature() {}

  /** The content of {@link #ENTRY} for a jar. */
  static byte[] seal(KeyPair key, JarContents contents) {
    return SignedEnvelope.seal(key, DOMAIN, type(), payload(contents)).toBytes();
  }

  /** Who signed a jar, {@code null} when nobody did; fails when the signature is not good. */
  static PeerId publisher(String jar, JarContents contents) throws PluginException {
    byte[] bytes = contents.texts().get(ENTRY);
    if (bytes == null) {
      return null;
    }
    SignedEnvelope envelope = parse(jar, bytes);
    PeerId signer = envelope.publicKey().peerId();
    if (envelope.publicKey().type() != KeyType.ED25519) {
      throw new PluginException(jar + " is signed with a key that is not of type ed25519: " + anew());
    }
    if (!Arrays.equals(envelope.payloadType(), type()) || !envelope.verify(DOMAIN)) {
      throw new PluginException(jar + " has a signature that the key of " + signer + " did not make: " + anew());
    }
    if (!Arrays.equals(envelope.payload(), payload(contents))) {
      throw new PluginException(jar + " was changed after " + signer + " signed it: " + anew());
    }
    return signer;
  }

  /** Fails when {@code policy} does not take this jar. */
  static void check(WorkingCopy copy, PluginPolicy policy) throws PluginException {
    String jar = copy.source();
    String pin = policy.pins().get(copy.jar().id());
    if (pin != null && !pin.equalsIgnoreCase(copy.sha256())) {
      throw new PluginException(jar + " has the SHA-256 " + copy.sha256() + ", but pluginPolicy.pins has " + pin
          + " for plugin \"" + copy.jar().id() + "\": put that jar back, or change the pin");
    }
    if (copy.publisher() == null) {
      if (policy.signed()) {
        throw new PluginException(jar + " is not signed, and pluginPolicy demands it: get a signed one, or sign it"
            + " with: peerbus plugin sign " + jar + " --key FILE");
      }
    } else if (!policy.publishers().isEmpty() && !policy.publishers().contains(copy.publisher())) {
      throw new PluginException(jar + " is signed by " + copy.publisher() + ", who is not among"
          + " pluginPolicy.publishers: get it from one of them, or add that peer id if you trust it");
    }
  }

  private static SignedEnvelope parse(String jar, byte[] bytes) throws PluginException {
    try {
      SignedEnvelope envelope = SignedEnvelope.of(bytes);
      if (!Arrays.equals(bytes, envelope.toBytes())) {
        throw new FormatException("it could be written shorter");
      }
      return envelope;
    } catch (FormatException e) {
      throw new PluginException(jar + " has a signature that cannot be read (" + e.getMessage() + "): " + anew());
    }
  }

  private static String anew() {
    return "get it from its publisher again, or sign it yourself with: peerbus plugin sign";
  }

  private static byte[] type() {
    return TYPE.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] payload(JarContents contents) {
    MessageDigest all = Sha256.start();
    contents.digests().forEach((name, digest) -> {
      if (!name.equals(ENTRY)) {
        byte[] utf8 = name.getBytes(StandardCharsets.UTF_8);
        all.update(Varint.encode(utf8.length));
        all.update(utf8);
        all.update(digest);
      }
    });
    return all.digest();
  }
}
