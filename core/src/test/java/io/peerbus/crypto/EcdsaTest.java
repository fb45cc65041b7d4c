package io.peerbus.crypto;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.peerbus.multiformats.FormatException;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.HexFormat;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EcdsaTest {

  private static final byte[] MESSAGE = {1, 2, 3};
  private static final java.security.KeyPair P256 = generate("secp256r1");

  @ParameterizedTest
  @CsvSource({"secp256r1", "secp384r1", "secp521r1"})
  void aSignatureOfTheJdkIsVerified(String curve) throws GeneralSecurityException, FormatException {
    java.security.KeyPair jdk = generate(curve);
    PublicKey key = PublicKey.of(Messages.publicKey(KeyType.ECDSA, jdk.getPublic().getEncoded()));
    byte[] signature = sign(jdk);
    assertTrue(key.verify(MESSAGE, signature));
    assertTrue(key.verify(MESSAGE, signature));
    assertFalse(key.verify(new byte[] {1, 2, 4}, signature));
    assertFalse(key.verify(MESSAGE, Arrays.copyOf(signature, signature.length + 1)));
    assertTrue(key.peerId().toString().startsWith("Qm"));
  }

  @ParameterizedTest
  @CsvSource({"secp256r1", "secp384r1", "secp521r1"})
  void aPrivateKeyIsReadWithAndWithoutItsPublicHalf(String curve)
      throws GeneralSecurityException, FormatException, IOException {
    java.security.KeyPair jdk = generate(curve);
    SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(jdk.getPublic().getEncoded());
    ASN1ObjectIdentifier name = (ASN1ObjectIdentifier) info.getAlgorithm().getParameters();
    BigInteger number = ((ECPrivateKey) jdk.getPrivate()).getS();
    int bits = ((ECPrivateKey) jdk.getPrivate()).getParams().getOrder().bitLength();
    DERBitString point = new DERBitString(info.getPublicKeyData().getOctets());
    byte[] whole = new org.bouncycastle.asn1.sec.ECPrivateKey(bits, number, point, name).getEncoded();
    byte[] half = new org.bouncycastle.asn1.sec.ECPrivateKey(bits, number, name).getEncoded();
    BigInteger next = number.add(BigInteger.ONE);
    byte[] other = new org.bouncycastle.asn1.sec.ECPrivateKey(bits, next, point, name).getEncoded();

    for (byte[] sec1 : new byte[][] {whole, half}) {
      byte[] message = Messages.privateKey(KeyType.ECDSA, sec1);
      KeyPair pair = KeyPair.of(message);
      assertArrayEquals(message, pair.toBytes());
      assertArrayEquals(jdk.getPublic().getEncoded(), pair.publicKey().data());
      assertTrue(pair.publicKey().verify(MESSAGE, pair.sign(MESSAGE)));
      Signature verifier = Signature.getInstance("SHA256withECDSA");
      verifier.initVerify(jdk.getPublic());
      verifier.update(MESSAGE);
      assertTrue(verifier.verify(pair.sign(MESSAGE)));
    }
    assertThrows(FormatException.class, () -> KeyPair.of(Messages.privateKey(KeyType.ECDSA, other)));
  }

  @Test
  void pointsOffTheCurveAndOtherFormsAreRefused() throws GeneralSecurityException {
    byte[] good = generate("secp256r1").getPublic().getEncoded();
    byte[] off = good.clone();
    off[good.length - 1] ^= 1;
    byte[] tooBig = good.clone();
    Arrays.fill(tooBig, 27, 59, (byte) 0xff);
    byte[] zero = good.clone();
    Arrays.fill(zero, 27, 91, (byte) 0);
    byte[] otherCurve = good.clone();
    otherCurve[22]++;
    byte[] longer = Arrays.copyOf(good, good.length + 1);
    byte[] shorter = Arrays.copyOf(good, good.length - 1);
    byte[] compressed = Arrays.copyOf(good, 59);
    compressed[26] = 2;
    for (byte[] bad : new byte[][] {off, tooBig, zero, otherCurve, longer, shorter, compressed, {}, {0x30, 0}}) {
      assertThrows(FormatException.class, () -> PublicKey.of(KeyType.ECDSA, bad));
    }
  }

  @Test
  void explicitCurveParametersAreRefused() throws GeneralSecurityException {
    assertThrows(FormatException.class, () -> PublicKey.of(KeyType.ECDSA,
        HexFormat.of().parseHex("308201333081ec06072a8648ce3d02013081e0020101302c")));
    byte[] k1 = HexFormat.of().parseHex("3056301006072a8648ce3d020106052b8104000a034200" + "04".repeat(65));
    assertThrows(FormatException.class, () -> PublicKey.of(KeyType.ECDSA, k1));
  }

  @ParameterizedTest
  @ValueSource(strings = {
    "", "30", "3000", "3006020100020100", "3006020101020100", "30060201000201 01", "3006020101020101",
    "300702010102020001", "30080201010201017f7f", "3080020101020101 0000", "30060201ff020101", "ff", "02010102 0101",
    "308106020101020101", "3003020101", "300a020101020101020101 00",
  })
  void malformedSignaturesAreFalseAndNeverThrow(String hex) throws GeneralSecurityException, FormatException {
    PublicKey key = PublicKey.of(KeyType.ECDSA, P256.getPublic().getEncoded());
    assertFalse(key.verify(MESSAGE, HexFormat.of().parseHex(hex.replace(" ", ""))));
    assertFalse(TestKeys.secp256k1().publicKey().verify(MESSAGE, HexFormat.of().parseHex(hex.replace(" ", ""))));
    assertFalse(key.verify(MESSAGE, new byte[1 << 20]));
  }

  @Test
  void secp256k1SignaturesAreTheSameEachTimeAndHaveALowS() {
    BigInteger half = new BigInteger("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0", 16);
    KeyPair key = TestKeys.secp256k1();
    for (byte i = 0; i < 50; i++) {
      byte[] message = {i};
      byte[] signature = key.sign(message);
      assertArrayEquals(signature, key.sign(message));
      assertTrue(s(signature).compareTo(half) <= 0);
      assertTrue(key.publicKey().verify(message, signature));
    }
  }

  /** Rust and js take low values only, so a message with another would be dropped by those we pass it on to. */
  @Test
  void secp256k1SignaturesWithAHighSAreRefused() throws IOException {
    BigInteger order = new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
    KeyPair key = TestKeys.secp256k1();
    byte[] signature = key.sign(MESSAGE);
    BigInteger r = new BigInteger(1, Arrays.copyOfRange(signature, 4, 4 + signature[3]));
    byte[] high = org.bouncycastle.crypto.signers.StandardDSAEncoding.INSTANCE.encode(order, r,
        order.subtract(s(signature)));
    assertFalse(key.publicKey().verify(MESSAGE, high));
  }

  @Test
  void nistSignaturesMayHaveAnyS() throws GeneralSecurityException, FormatException {
    java.security.KeyPair jdk = generate("secp256r1");
    PublicKey key = PublicKey.of(KeyType.ECDSA, jdk.getPublic().getEncoded());
    for (int i = 0; i < 8; i++) {
      assertTrue(key.verify(MESSAGE, sign(jdk)));
    }
    assertEquals(KeyType.ECDSA, key.type());
  }

  private static BigInteger s(byte[] signature) {
    return new BigInteger(1, Arrays.copyOfRange(signature, 6 + signature[3], signature.length));
  }

  private static java.security.KeyPair generate(String curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(curve));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] sign(java.security.KeyPair pair) throws GeneralSecurityException {
    Signature signer = Signature.getInstance("SHA256withECDSA");
    signer.initSign(pair.getPrivate());
    signer.update(MESSAGE);
    return signer.sign();
  }
}
