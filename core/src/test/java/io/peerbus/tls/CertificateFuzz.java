package io.peerbus.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.peerbus.crypto.PublicKey;
import io.peerbus.fuzz.Allocation;
import io.peerbus.secure.HandshakeException;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;

/** Fuzz target: the certificate of a peer, as the JDK's engine has it read and we check it. */
class CertificateFuzz {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  /**
   * What the parsers of the JDK and of Bouncy Castle and their signatures allocate, which is not ours to change.
   * Measured, and only so that it is noticed when it grows.
   */
  private static final int CRYPTOGRAPHY = 512 * 1024;

  /** Likewise for each byte. */
  private static final int PARSING = 64;

  @FuzzTest
  void anyCertificate(byte[] input) {
    CertificateProvider.install();
    Allocation.assertAtMost(CRYPTOGRAPHY + (long) PARSING * input.length, () -> check(input));
    try {
      assertEquals(check(input), check(input));
    } catch (HandshakeException refused) {
      return;
    }
  }

  private static PublicKey check(byte[] input) throws HandshakeException {
    try {
      CertificateFactory reader = CertificateFactory.getInstance("X.509");
      return Certificates.check((X509Certificate) reader.generateCertificate(new ByteArrayInputStream(input)), NOW);
    } catch (CertificateException unreadable) {
      return null;
    }
  }
}
