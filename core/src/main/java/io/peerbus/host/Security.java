package io.peerbus.host;

import io.peerbus.crypto.KeyPair;
import io.peerbus.noise.NoiseIdentity;
import io.peerbus.secure.SecureProtocol;
import io.peerbus.tls.TlsIdentity;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The ways to secure a connection; in a config they are written in small letters. */
public enum Security {
  NOISE {
    @Override
    SecureProtocol of(KeyPair identity) {
      return NoiseIdentity.of(identity, new SecureRandom());
    }
  },
  TLS {
    @Override
    SecureProtocol of(KeyPair identity) {
      return TlsIdentity.of(identity, InstantSource.system(), new SecureRandom());
    }
  };

  /** With new keys for which {@code identity} vouches. */
  abstract SecureProtocol of(KeyPair identity);

  /**
   * By its name in a config.
   *
   * @throws IllegalArgumentException when there is none of that name
   */
  public static Security named(String name) {
    return Arrays.stream(values()).filter(one -> one.toString().equals(name)).findFirst().orElseThrow(
        () -> new IllegalArgumentException("security: \"" + name + "\": one of " + List.of(values())));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
